package dev.breakwater.core.retention;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.retention.VerdictRepository.Tally;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the work on a repository is. The rules stay those with which it began.
 *
 * @param cutoffs in the order of the rules
 * @param next artifacts before this place are still to be looked at
 * @param failed how many could not be deleted
 */
record Progress(
    List<RetentionRule> rules,
    List<Place> cutoffs,
    Place next,
    boolean done,
    long total,
    long retained,
    long failed) {
  static Progress begin(List<RetentionRule> rules, List<Place> cutoffs) {
    return new Progress(rules, cutoffs, Place.END, false, 0, 0, 0);
  }

  /** The same after another page. */
  Progress after(List<Candidate> page, boolean last, long moreRetained, long moreFailed) {
    return new Progress(
        rules,
        cutoffs,
        page.isEmpty() ? next : Place.of(page.getLast(), Ordering.PUSHED),
        last,
        total + page.size(),
        retained + moreRetained,
        failed + moreFailed);
  }

  /** The same with these figures. */
  Progress counting(Tally tally) {
    return new Progress(
        rules, cutoffs, next, done, tally.total(), tally.retained(), tally.failed());
  }

  static Progress parse(JsonValue json) {
    return new Progress(
        RetentionRuleJson.parse(json.get("rules").elements()),
        json.get("cutoffs").elements().stream().map(Progress::place).toList(),
        place(json.get("next")),
        json.get("done").bool().orElse(false),
        number(json, "total"),
        number(json, "retained"),
        number(json, "failed"));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rules", RetentionRuleJson.write(rules));
    json.put("cutoffs", cutoffs.stream().map(Progress::json).toList());
    json.put("next", json(next));
    json.put("done", done);
    json.put("total", total);
    json.put("retained", retained);
    json.put("failed", failed);
    return json;
  }

  /** What people see of it. */
  Map<String, Object> result() {
    return Map.of("total", total, "retained", retained, "failed", failed);
  }

  private static long number(JsonValue json, String name) {
    return json.get(name).wholeNumber().orElse(0);
  }

  private static Map<String, Object> json(Place place) {
    return Map.of("time", place.time().toString(), "id", place.id());
  }

  private static Place place(JsonValue json) {
    return new Place(
        Instant.parse(json.get("time").text().orElseThrow()),
        json.get("id").wholeNumber().orElseThrow());
  }
}
