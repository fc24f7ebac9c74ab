package dev.breakwater.core.notification;

import reactor.core.publisher.Flux;

/**
 * Short signals that every replica gets. They are hints: one that was sent while a replica was cut
 * off is lost, so whoever listens also looks by themselves, now and then, or forgets everything at
 * a {@link Signal.Gap}.
 */
public interface Notifications {
  /** Jobs or schedules are waiting; the payload is the kind of the job. */
  String JOBS = "breakwater_jobs";

  /** Something that may be cached has changed; the payload says what. */
  String CACHES = "breakwater_caches";

  /** Manifests or tags have changed; the payload says which, see {@code ManifestNews}. */
  String MANIFESTS = "breakwater_manifests";

  /** What other replicas have done; see {@link AcknowledgedBroadcast}. */
  String ACKNOWLEDGEMENTS = "breakwater_acknowledgements";

  /** The signals of one channel from now on; never ends. */
  Flux<Signal> listen(String channel);

  /** What a replica hears. */
  sealed interface Signal {
    /** Somebody sent this. */
    record Message(String payload) implements Signal {}

    /** The connection was lost and is back: what was sent meanwhile was not heard. */
    record Gap() implements Signal {}
  }
}
