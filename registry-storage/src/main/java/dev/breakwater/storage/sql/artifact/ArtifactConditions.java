package dev.breakwater.storage.sql.artifact;

import dev.breakwater.core.artifact.ArtifactScope;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.Condition;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import dev.breakwater.storage.sql.query.TextValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Renders the conditions that only artifacts have: tags, base, labels and digest. */
final class ArtifactConditions {
  /** How a whole digest begins, as far as it goes: a hexadecimal digit follows, or nothing. */
  private static final Pattern WITH_ALGORITHM = Pattern.compile("sha(256|512):");

  /** Sorts behind every hexadecimal digit. */
  private static final String BEHIND_DIGITS = "g";

  /** What stands in most digests. */
  private static final List<String> ALGORITHMS = List.of("sha256:", "sha512:");

  /** Hexadecimal digits that one of a thousand digests has in a row. */
  private static final Pattern RARE = Pattern.compile("[0-9a-f]{4}");

  private ArtifactConditions() {}

  /**
   * @param byTags the tags that are asked for are few, and nothing else is asked for: they are
   *     found first. How many of a project's artifacts have a tag with some part in its name is
   *     what the planner guesses worst, and it may read all of them for a page.
   */
  static Conditions add(
      Conditions conditions,
      ArtifactScope scope,
      List<Condition> asked,
      boolean byTags,
      ListColumns columns) {
    List<Condition> plain = new ArrayList<>();
    boolean withChildren = false;
    for (Condition condition : asked) {
      switch (condition.field().toLowerCase(Locale.ROOT)) {
        case "base" ->
            withChildren |= condition instanceof Condition.Exact exact && exact.value().equals("*");
        case "labels" -> addLabels(conditions, condition);
        case "tags" -> addTags(conditions, scope, condition, byTags);
        case "digest" -> addDigest(conditions, scope, condition, plain);
        default -> plain.add(condition);
      }
    }
    // Spelled out, so that the partial indexes apply.
    conditions.and("manifest.accessory_of IS NULL");
    if (!withChildren) {
      conditions.and("manifest.listed");
    }
    return columns.narrow(conditions, plain);
  }

  /**
   * Digests that begin so are read from an index in their order. Those with a rare part are found
   * first, by an index of trigrams: the planner may read all artifacts for a page of them. A short
   * part stands in so many that a page is full soon.
   */
  private static void addDigest(
      Conditions conditions, ArtifactScope scope, Condition condition, List<Condition> plain) {
    if (!(condition instanceof Condition.Fuzzy(String field, String asked))) {
      plain.add(condition);
      return;
    }
    String part = TextValues.exact(field, asked.toLowerCase(Locale.ROOT));
    if (WITH_ALGORITHM.matcher(part).lookingAt()) {
      conditions.and("manifest.digest >= ? AND manifest.digest < ?", part, part + BEHIND_DIGITS);
    } else if (RARE.matcher(part).find()
        && ALGORITHMS.stream().noneMatch(it -> it.contains(part))) {
      boolean ofRepository = scope instanceof ArtifactScope.OfRepository;
      conditions.and(
          "manifest.digest = ANY (ARRAY (SELECT near.digest FROM manifest AS near WHERE near."
              + (ofRepository ? "repository_id" : "project_id")
              + " = ? AND lower(near.digest) LIKE ?))",
          scope.id(),
          TextValues.containing(field, part));
    } else {
      plain.add(condition);
    }
  }

  private static void addTags(
      Conditions conditions, ArtifactScope scope, Condition condition, boolean byTags) {
    switch (condition) {
      case Condition.Exact exact -> {
        switch (exact.value()) {
          case "*" -> conditions.and("manifest.tagged");
          case "nil" -> conditions.and("NOT manifest.tagged");
          default ->
              addNamed(
                  conditions,
                  scope,
                  byTags,
                  "tag.name = ?",
                  TextValues.exact("tags", exact.value()));
        }
      }
      case Condition.Fuzzy(String _, String part) ->
          addNamed(
              conditions,
              scope,
              byTags && TextValues.hasTrigram(part),
              TextValues.containsTest("tag.name", part),
              TextValues.containing("tags", part));
      case Condition.AnyOf any ->
          addNamed(
              conditions,
              scope,
              byTags,
              "tag.name = ANY (?)",
              TextValues.all("tags", any.values()));
      case Condition.AllOf _, Condition.Range _ ->
          throw new RegistryException(
              ErrorCode.BAD_REQUEST,
              "tags takes a name, * (any), nil (none), ~PART or {NAME NAME} as in tags=~rc");
    }
  }

  /** {@code labels=(1 2)}: those that have all of them. */
  private static void addLabels(Conditions conditions, Condition condition) {
    List<String> wanted =
        switch (condition) {
          case Condition.Exact exact -> List.of(exact.value());
          case Condition.AllOf all -> all.values();
          case Condition.AnyOf _, Condition.Fuzzy _, Condition.Range _ -> throw unusableLabels();
        };
    for (String label : wanted) {
      conditions.and(
          "EXISTS (SELECT FROM artifact_label WHERE artifact_label.manifest_id = manifest.id"
              + " AND artifact_label.label_id = ?)",
          number(label));
    }
  }

  private static long number(String label) {
    try {
      return Long.parseLong(label);
    } catch (NumberFormatException e) {
      throw unusableLabels();
    }
  }

  private static RegistryException unusableLabels() {
    return new RegistryException(
        ErrorCode.BAD_REQUEST, "labels takes the numbers of labels, as in labels=(1 2)");
  }

  private static void addNamed(
      Conditions conditions, ArtifactScope scope, boolean byTags, String test, Object value) {
    switch (scope) {
      case ArtifactScope.OfRepository(long id, _) ->
          conditions.and(
              "manifest.id IN (SELECT manifest_id FROM tag WHERE repository_id = ? AND "
                  + test
                  + ")",
              id,
              value);
      case ArtifactScope.OfProject _ ->
          conditions.and(
              byTags
                  ? "manifest.id = ANY (ARRAY (SELECT manifest_id FROM tag WHERE " + test + "))"
                  : "EXISTS (SELECT FROM tag WHERE tag.manifest_id = manifest.id AND " + test + ")",
              value);
    }
  }
}
