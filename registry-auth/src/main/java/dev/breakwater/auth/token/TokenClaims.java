package dev.breakwater.auth.token;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Grants;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The claims of our tokens beyond the registered ones, read back. */
final class TokenClaims {
  /** What the token is good for (Docker token specification, "access"). */
  static final String ACCESS = "access";

  /** The row of the user; registries elsewhere ignore it. */
  static final String USER_ID = "uid";

  /** The row of the robot. */
  static final String ROBOT_ID = "rid";

  /**
   * The row of the rule that let a workload in, beside {@link #ROBOT_ID}: older programs read that
   * one alone, and their tokens have no other.
   */
  static final String FEDERATION_ID = "fid";

  private TokenClaims() {}

  static TokenHolder holder(JWTClaimsSet claims) throws ParseException {
    Long user = claims.getLongClaim(USER_ID);
    if (user != null) {
      return new TokenHolder.User(user);
    }
    Long robot = claims.getLongClaim(ROBOT_ID);
    if (robot == null) {
      return new TokenHolder.Nobody();
    }
    Long federation = claims.getLongClaim(FEDERATION_ID);
    return federation == null
        ? new TokenHolder.Robot(robot)
        : new TokenHolder.Workload(robot, federation);
  }

  static void write(TokenHolder holder, JWTClaimsSet.Builder claims) {
    switch (holder) {
      case TokenHolder.Nobody _ -> {}
      case TokenHolder.User(long id) -> claims.claim(USER_ID, id);
      case TokenHolder.Robot(long id) -> claims.claim(ROBOT_ID, id);
      case TokenHolder.Workload(long robot, long federation) ->
          claims.claim(ROBOT_ID, robot).claim(FEDERATION_ID, federation);
    }
  }

  static Grants grants(JWTClaimsSet claims) throws ParseException {
    Map<RepositoryName, Set<Action>> repositories = new HashMap<>();
    boolean catalog = false;
    for (Object element : elements(claims)) {
      Map<?, ?> entry = element instanceof Map<?, ?> map ? map : Map.of();
      List<?> actions = entry.get("actions") instanceof List<?> list ? list : List.of();
      if ("repository".equals(entry.get("type"))) {
        repositories.put(name(entry), actions(actions));
      } else if ("registry".equals(entry.get("type")) && "catalog".equals(entry.get("name"))) {
        catalog = actions.contains("*");
      }
    }
    return new Grants(repositories, catalog);
  }

  private static List<?> elements(JWTClaimsSet claims) throws ParseException {
    List<?> access = claims.getListClaim(ACCESS);
    return access == null ? List.of() : access;
  }

  private static RepositoryName name(Map<?, ?> entry) throws ParseException {
    try {
      return RepositoryName.parse(String.valueOf(entry.get("name")));
    } catch (RegistryException e) {
      throw new ParseException(String.valueOf(e.getMessage()), 0);
    }
  }

  private static Set<Action> actions(List<?> words) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    words.forEach(word -> Action.find(String.valueOf(word)).ifPresent(actions::add));
    return actions;
  }
}
