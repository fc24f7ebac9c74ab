package dev.breakwater.http.app;

import dev.breakwater.core.event.EventType;
import dev.breakwater.core.outbox.CacheInvalidation;
import java.util.Set;

/** Which caches forget what when something changed on another replica. */
final class ChangedCaches {
  private ChangedCaches() {}

  static void subscribe(CacheInvalidation caches, Identity identity) {
    caches.subscribe(
        Set.of(EventType.CREATE_PROJECT, EventType.UPDATE_PROJECT, EventType.DELETE_PROJECT),
        identity.authorizer()::forget,
        identity.authorizer()::forgetProjects);
    caches.subscribe(
        Set.of(
            EventType.CREATE_PROJECT,
            EventType.CREATE_MEMBER,
            EventType.UPDATE_MEMBER,
            EventType.DELETE_MEMBER,
            EventType.CREATE_USER_GROUP,
            EventType.UPDATE_USER_GROUP,
            EventType.DELETE_USER_GROUP),
        _ -> identity.authorizer().forgetRoles(),
        identity.authorizer()::forgetRoles);
    caches.subscribe(
        Set.of(EventType.UPDATE_CONFIGURATION),
        _ -> identity.configuration().forget(),
        identity.configuration()::forget);
    caches.subscribe(
        Set.of(EventType.UPDATE_USER, EventType.DELETE_USER),
        _ -> forgetUsers(identity),
        () -> forgetUsers(identity));
    caches.subscribe(
        Set.of(EventType.LOGOUT_USER),
        _ -> identity.sessions().forget(),
        identity.sessions()::forget);
    caches.subscribe(
        Set.of(EventType.UPDATE_ROBOT, EventType.DELETE_ROBOT),
        _ -> identity.robotLogin().forget(),
        identity.robotLogin()::forget);
    caches.subscribe(
        Set.of(
            EventType.CREATE_FEDERATION, EventType.UPDATE_FEDERATION, EventType.DELETE_FEDERATION),
        _ -> identity.federatedLogin().forget(),
        identity.federatedLogin()::forget);
  }

  private static void forgetUsers(Identity identity) {
    identity.localLogin().forget();
    identity.sessions().forget();
  }
}
