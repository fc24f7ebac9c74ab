package dev.breakwater.core.schedule;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import reactor.core.publisher.Mono;

/** What begins by itself, for whoever watches over the jobs. */
public final class ListSchedules {
  private static final Permission LIST = Permission.of(Resource.JOBSERVICE_MONITOR, Verb.LIST);

  private final ScheduleRepository schedules;
  private final Authorizer authorizer;

  public ListSchedules(ScheduleRepository schedules, Authorizer authorizer) {
    this.schedules = schedules;
    this.authorizer = authorizer;
  }

  public Mono<Slice<Schedule>> list(Caller caller, ListRequest request) {
    return authorizer.requireInSystem(caller, LIST).then(Mono.defer(() -> schedules.list(request)));
  }

  /** Whether nothing begins by itself for the time being. */
  public Mono<Boolean> paused(Caller caller) {
    return authorizer.requireInSystem(caller, LIST).then(Mono.defer(schedules::paused));
  }
}
