package dev.breakwater.e2e;

/** Replicas that share a folder. */
final class SharedVolumeIT extends ClusterStorage {
  SharedVolumeIT() {
    super("filesystem");
  }
}
