package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;

/** The files of a registry, and the disk that they are on. */
final class Disk {
  private Disk() {}

  /**
   * Removes a blob's file, so that the pages of the kernel's file cache go from one push to the
   * next as on a machine that has run for long.
   */
  static void forget(RunningRegistry registry, String repository, String digest)
      throws IOException {
    Files.delete(registry.product().blob(registry.folder(), repository, digest));
  }

  /** How many files have this length; tags are not looked through. */
  static int count(RunningRegistry registry, long length) throws IOException {
    AtomicInteger count = new AtomicInteger();
    Files.walkFileTree(
        registry.folder(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
            return folder.endsWith("_manifests")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
            if (facts.size() == length) {
              count.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }

          /** It was removed meanwhile. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return count.get();
  }

  /** Leaves the disk idle. */
  static void sync() throws IOException, InterruptedException {
    if (new ProcessBuilder("sync").inheritIO().start().waitFor() != 0) {
      throw new IOException("sync failed");
    }
  }
}
