package dev.breakwater.core.volume;

import java.util.List;
import reactor.core.publisher.Mono;

/** Measures volumes. */
@FunctionalInterface
public interface VolumeSource {
  /** As of now; none where the store has no limit of its own. */
  Mono<List<Volume>> volumes();
}
