package dev.breakwater.http.api.allowlist;

import dev.breakwater.core.allowlist.CveAllowlist;
import dev.breakwater.core.allowlist.CveId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Allowlists as JSON, with the members that Harbor's API has. */
public final class AllowlistJson {
  /** The last second of the year 9999: no time behind it can be kept. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private AllowlistJson() {}

  public static Map<String, Object> json(CveAllowlist allowlist) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", allowlist.id());
    json.put("project_id", allowlist.projectId().orElse(0L));
    allowlist.expiresAt().ifPresent(time -> json.put("expires_at", time.getEpochSecond()));
    json.put("items", allowlist.items().stream().map(id -> Map.of("cve_id", id.value())).toList());
    json.put("creation_time", ApiAnswers.time(allowlist.createdAt()));
    json.put("update_time", ApiAnswers.time(allowlist.updatedAt()));
    return json;
  }

  public static List<CveId> items(JsonValue body) {
    return Fields.objects(body, "items").stream()
        .map(item -> new CveId(Fields.text(item, "cve_id")))
        .toList();
  }

  /** In seconds since 1970; empty: never. */
  public static Optional<Instant> expiry(JsonValue body) {
    Optional<Long> seconds = Fields.number(body, "expires_at");
    if (seconds.isPresent() && (seconds.get() < 0 || seconds.get() > LAST_SECOND)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "expires_at is "
              + seconds.get()
              + "; it must be a time in seconds since 1970, or be left out");
    }
    return seconds.filter(time -> time > 0).map(Instant::ofEpochSecond);
  }
}
