package dev.breakwater.http.api.member;

import dev.breakwater.core.access.Role;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.member.Candidate;
import dev.breakwater.http.api.Fields;
import java.util.Optional;

/** The body of a request to add a member. */
record MemberRequest(Candidate candidate, Role role) {

  static MemberRequest parse(JsonValue body) {
    Optional<Candidate> user = user(Fields.object(body, "member_user"));
    Optional<Candidate> group = group(Fields.object(body, "member_group"));
    if (user.isPresent() == group.isPresent()) {
      throw bad(
          "name one: member_user with user_id or username, or member_group with id,"
              + " ldap_group_dn, or group_name and group_type");
    }
    return new MemberRequest(user.or(() -> group).orElseThrow(), role(body));
  }

  /** The role that a body names. */
  static Role role(JsonValue body) {
    return Role.find(Fields.number(body, "role_id").orElse(0L))
        .orElseThrow(() ->
            bad(
                "role_id must be 1 (projectAdmin), 2 (developer), 3 (guest), 4 (maintainer) or 5"
                    + " (limitedGuest)"));
  }

  private static Optional<Candidate> user(JsonValue value) {
    long id = Fields.number(value, "user_id").orElse(0L);
    if (id != 0) {
      return Optional.of(new Candidate.UserId(id));
    }
    return text(value, "username").map(Candidate.Username::new);
  }

  private static Optional<Candidate> group(JsonValue value) {
    long id = Fields.number(value, "id").orElse(0L);
    if (id != 0) {
      return Optional.of(new Candidate.GroupId(id));
    }
    Optional<Candidate> byDn = text(value, "ldap_group_dn").map(Candidate.GroupDn::new);
    return byDn.or(() ->
        text(value, "group_name")
            .map(name ->
                new Candidate.GroupName(name, Fields.number(value, "group_type").orElse(0L))));
  }

  private static Optional<String> text(JsonValue value, String member) {
    return Fields.optionalText(value, member).filter(text -> !text.isEmpty());
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
