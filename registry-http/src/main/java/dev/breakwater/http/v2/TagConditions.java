package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.TagCondition;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;

/** Reads the conditions of a request that writes a tag; a manifest's entity tag is its digest. */
public final class TagConditions {
  private TagConditions() {}

  /**
   * @throws RegistryException BAD_REQUEST for a condition that tags do not have
   */
  public static TagCondition of(Exchange exchange) {
    Optional<String> match = exchange.header("If-Match").map(String::strip);
    Optional<String> noneMatch = exchange.header("If-None-Match").map(String::strip);
    if (match.isPresent()) {
      return match.get().equals("*")
          ? new TagCondition.Present()
          : new TagCondition.PointsTo(digest(match.get()));
    }
    if (noneMatch.isEmpty()) {
      return new TagCondition.None();
    }
    if (noneMatch.get().equals("*")) {
      return new TagCondition.Absent();
    }
    throw unusable("If-None-Match", noneMatch.get(), "*");
  }

  private static Digest digest(String value) {
    boolean quoted = value.length() > 2 && value.startsWith("\"") && value.endsWith("\"");
    try {
      return Digest.parse(quoted ? value.substring(1, value.length() - 1) : value);
    } catch (RegistryException e) {
      throw unusable("If-Match", value, "* or a digest in quotation marks");
    }
  }

  private static RegistryException unusable(String header, String value, String expected) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        header + " is '" + Printable.shorten(value) + "'; with a tag it must be " + expected);
  }
}
