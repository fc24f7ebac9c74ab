package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

  @Test
  void readsTypeNameAndActions() {
    assertThat(Scope.parse("repository:library/busybox:pull,push"))
        .contains(new Scope("repository", "library/busybox", Set.of("pull", "push")));
  }

  @Test
  void keepsTheColonOfAHostWithPortInTheName() {
    assertThat(Scope.parse("repository:localhost:5000/library/busybox:pull"))
        .contains(new Scope("repository", "localhost:5000/library/busybox", Set.of("pull")));
  }

  @Test
  void ignoresTheDeprecatedClass() {
    assertThat(Scope.parse("repository(plugin):library/ssh:pull"))
        .contains(new Scope("repository", "library/ssh", Set.of("pull")));
  }

  @Test
  void readsSeveralScopesFromOneParameter() {
    assertThat(Scope.parseAll("repository:a/b:pull  registry:catalog:*"))
        .containsExactly(
            new Scope("repository", "a/b", Set.of("pull")),
            new Scope("registry", "catalog", Set.of("*")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "::", "repository", "repository:a/b", "repository::pull", ":a:pull"})
  void leavesOutWhatBreaksTheGrammar(String text) {
    assertThat(Scope.parseAll(text)).isEmpty();
  }

  @Test
  void mergesScopesOfTheSameRepository() {
    assertThat(repositories("repository:a/b:pull", "repository:a/b:push repository:c/d:delete"))
        .isEqualTo(
            Map.of(
                RepositoryName.parse("a/b"),
                Set.of(Action.PULL, Action.PUSH),
                RepositoryName.parse("c/d"),
                Set.of(Action.DELETE)));
  }

  @Test
  void takesTheStarForEveryAction() {
    assertThat(repositories("repository:a/b:*"))
        .containsEntry(RepositoryName.parse("a/b"), Set.of(Action.values()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repository:localhost:5000/a/b:pull",
        "repository:A/B:pull",
        "repository:../b:pull",
        "repository:a%2fb:pull",
        "repository:a/b:",
        "repository:a/b:fly",
        "artifact:a/b:pull",
        "registry:settings:*",
        "registry:catalog:pull"
      })
  void asksForNothingThatItDoesNotUnderstand(String scope) {
    RequestedAccess asked = RequestedAccess.of(List.of(scope));

    assertThat(asked.repositories()).isEmpty();
    assertThat(asked.catalog()).isFalse();
  }

  @Test
  void refusesMoreScopesThanAnyOperationNeeds() {
    List<String> many = Collections.nCopies(101, "repository:a/b:pull");

    assertThatThrownBy(() -> RequestedAccess.of(many))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }

  private static Map<RepositoryName, Set<Action>> repositories(String... scopes) {
    return RequestedAccess.of(List.of(scopes)).repositories();
  }
}
