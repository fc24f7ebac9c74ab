package dev.breakwater.core.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What can be protected. Some exist in a project only, some in the system only, some in both: a
 * {@link Permission} says nothing without knowing where.
 */
public enum Resource {
  PROJECT,
  MEMBER,
  METADATA,
  LOG,
  LABEL,
  QUOTA,
  REPOSITORY,
  TAG_RETENTION,
  IMMUTABLE_TAG,
  CONFIGURATION,
  ROBOT,
  NOTIFICATION_POLICY,
  SCAN,
  SBOM,
  SCANNER,
  ARTIFACT,
  ARTIFACT_ADDITION,
  TAG,
  ACCESSORY,
  ARTIFACT_LABEL,
  PREHEAT_POLICY,
  EXPORT_CVE,
  AUDIT_LOG,
  PREHEAT_INSTANCE,
  REPLICATION_POLICY,
  REPLICATION,
  REPLICATION_ADAPTER,
  REGISTRY,
  DISTRIBUTION,
  SCAN_ALL,
  SYSTEM_VOLUMES,
  GARBAGE_COLLECTION,
  PURGE_AUDIT,
  JOBSERVICE_MONITOR,
  SECURITY_HUB,
  CATALOG,
  USER,
  USER_GROUP,
  LDAP_USER,
  FEDERATION;

  private static final Map<String, Resource> BY_LABEL =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(Resource::label, resource -> resource));

  /** The word in the management API, such as {@code tag-retention}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Resource> find(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
