package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Grants;
import dev.breakwater.core.principal.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class PushBlobRefusalTest extends InMemoryPush {
  @Test
  void hidesASessionFromEverybodyButItsOwnerAndRepository() {
    UploadId id = begin();
    Caller other = Caller.of(new Principal.User(2, "other", true), Credential.PASSWORD);

    assertFails(() -> value(push.status(other, REPOSITORY, id)), ErrorCode.BLOB_UPLOAD_UNKNOWN);
    assertFails(
        () -> value(push.status(ADMIN, RepositoryName.parse("team/other"), id)),
        ErrorCode.BLOB_UPLOAD_UNKNOWN);
    assertFails(() -> push.cancel(other, REPOSITORY, id).block(), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void refusesASecondRequestWhileOneIsWriting() {
    UploadId id = begin();
    Sinks.One<Long> never = Sinks.one();
    BlobBody waiting = _ -> never.asMono();

    var running =
        push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), waiting).subscribe();

    assertFails(() -> append(id, "x"), ErrorCode.BLOB_UPLOAD_BUSY);
    running.dispose();
    assertThat(append(id, "x").received()).isEqualTo(1);
  }

  @Test
  void refusesMoreUploadsThanTheLimit() {
    UploadId first = begin();
    UploadId second = begin();
    UploadId third = begin();
    BlobBody waiting = _ -> Mono.never();
    push.append(ADMIN, REPOSITORY, first, Optional.empty(), Optional.empty(), waiting).subscribe();
    push.append(ADMIN, REPOSITORY, second, Optional.empty(), Optional.empty(), waiting).subscribe();

    assertFails(() -> append(third, "x"), ErrorCode.TOO_MANY_REQUESTS);
    assertThat(push.running()).isEqualTo(2);
  }

  @Test
  void refusesWhoeverMayNotPush() {
    Caller anonymous = Caller.ANONYMOUS;
    Caller user = Caller.of(new Principal.User(2, "user", false), Credential.PASSWORD);
    Caller pullToken =
        Caller.withToken(
            ADMIN.principal(), new Grants(Map.of(REPOSITORY, Set.of(Action.PULL)), false));

    assertFails(() -> begin(anonymous), ErrorCode.UNAUTHORIZED);
    assertFails(() -> begin(user), ErrorCode.DENIED);
    assertFails(() -> begin(pullToken), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void tellsThatTheProjectIsMissing() {
    assertFails(
        () -> value(push.begin(ADMIN, RepositoryName.parse("nowhere/app"), Optional.empty())),
        ErrorCode.NAME_UNKNOWN);
  }
}
