package dev.breakwater.core.volume;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import java.util.List;
import reactor.core.publisher.Mono;

/** Tells whoever may know how much room there is. */
public final class ListVolumes {
  private static final Permission READ = Permission.of(Resource.SYSTEM_VOLUMES, Verb.READ);

  private final VolumeSource source;
  private final Authorizer authorizer;

  public ListVolumes(VolumeSource source, Authorizer authorizer) {
    this.source = source;
    this.authorizer = authorizer;
  }

  public Mono<List<Volume>> list(Caller caller) {
    return authorizer.requireInSystem(caller, READ).then(Mono.defer(source::volumes));
  }
}
