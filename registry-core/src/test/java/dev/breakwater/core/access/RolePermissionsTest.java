package dev.breakwater.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much Harbor's roles and robots may do; single pairs are tested where they are used. */
final class RolePermissionsTest {
  @ParameterizedTest
  @CsvSource({
    "PROJECT_ADMIN, 1, 75",
    "MAINTAINER, 4, 53",
    "DEVELOPER, 2, 36",
    "GUEST, 3, 20",
    "LIMITED_GUEST, 5, 14"
  })
  void givesEachRoleAsMuchAsHarborDoes(Role role, int id, int permissions) {
    assertThat(role.id()).isEqualTo(id);
    assertThat(Role.find(id)).contains(role);
    assertThat(role.permissions()).hasSize(permissions);
  }

  @Test
  void letsAnybodyOnlyReadInAPublicProject() {
    assertThat(RolePermissions.ofAnybody())
        .hasSize(12)
        .allMatch(
            permission -> Set.of(Verb.READ, Verb.LIST, Verb.PULL).contains(permission.verb()));
  }

  @Test
  void offersRobotsSeventyPairsInTheSystemAndSeventyInAProject() {
    assertThat(RobotPermissions.system()).hasSize(70);
    assertThat(RobotPermissions.project()).hasSize(70);
  }
}
