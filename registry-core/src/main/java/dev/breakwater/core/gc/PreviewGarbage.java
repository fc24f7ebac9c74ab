package dev.breakwater.core.gc;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import reactor.core.publisher.Mono;

/** Tells at once what garbage collection would free now; a dry run tells it without bounds. */
public final class PreviewGarbage {
  /** Of each kind so many candidates are looked at. */
  static final int MAX_CANDIDATES = 10_000;

  private static final Permission READ = Permission.of(Resource.GARBAGE_COLLECTION, Verb.READ);

  private final GarbageCollector collector;
  private final Authorizer authorizer;

  public PreviewGarbage(GarbageCollector collector, Authorizer authorizer) {
    this.collector = collector;
    this.authorizer = authorizer;
  }

  public Mono<Estimate> preview(Caller caller, GarbageOptions options) {
    return authorizer
        .requireInSystem(caller, READ)
        .then(Mono.defer(() -> collector.estimate(options, MAX_CANDIDATES)));
  }
}
