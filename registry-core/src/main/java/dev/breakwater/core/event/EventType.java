package dev.breakwater.core.event;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of events, by the words of the management API: an operation on a type of resource. */
public enum EventType {
  CREATE_ARTIFACT("create", "artifact"),
  DELETE_ARTIFACT("delete", "artifact"),
  PULL_ARTIFACT("pull", "artifact"),
  CREATE_TAG("create", "tag"),
  DELETE_TAG("delete", "tag"),
  CREATE_PROJECT("create", "project"),
  DELETE_PROJECT("delete", "project"),
  UPDATE_PROJECT("update", "project"),
  DELETE_REPOSITORY("delete", "repository"),
  LOGIN_USER("login", "user"),
  LOGOUT_USER("logout", "user"),
  CREATE_USER("create", "user"),
  DELETE_USER("delete", "user"),
  UPDATE_USER("update", "user"),
  CREATE_ROBOT("create", "robot"),
  UPDATE_ROBOT("update", "robot"),
  DELETE_ROBOT("delete", "robot"),
  UPDATE_CONFIGURATION("update", "configuration"),
  CREATE_MEMBER("create", "member"),
  DELETE_MEMBER("delete", "member"),
  UPDATE_MEMBER("update", "member"),
  CREATE_USER_GROUP("create", "user-group"),
  UPDATE_USER_GROUP("update", "user-group"),
  DELETE_USER_GROUP("delete", "user-group"),
  CREATE_FEDERATION("create", "federation"),
  UPDATE_FEDERATION("update", "federation"),
  DELETE_FEDERATION("delete", "federation"),
  LOGIN_WORKLOAD("login", "federation"),
  CREATE_LABEL("create", "label"),
  UPDATE_LABEL("update", "label"),
  DELETE_LABEL("delete", "label"),
  CREATE_ARTIFACT_LABEL("create", "artifact-label"),
  DELETE_ARTIFACT_LABEL("delete", "artifact-label"),
  CREATE_IMMUTABLE_RULE("create", "immutable-tag"),
  UPDATE_IMMUTABLE_RULE("update", "immutable-tag"),
  DELETE_IMMUTABLE_RULE("delete", "immutable-tag"),
  CREATE_RETENTION("create", "tag-retention"),
  UPDATE_RETENTION("update", "tag-retention"),
  DELETE_RETENTION("delete", "tag-retention"),
  UPDATE_CVE_ALLOWLIST("update", "cve-allowlist"),
  CREATE_EXPIRY_RULE("create", "expiry-rule"),
  UPDATE_EXPIRY_RULE("update", "expiry-rule"),
  DELETE_EXPIRY_RULE("delete", "expiry-rule"),
  /** A deleted repository is back. */
  CREATE_REPOSITORY("create", "repository"),
  /** The use of a project went beyond the mark from which on people are warned. */
  QUOTA_WARNING("warn", "quota"),
  /** Something did not fit into a project. */
  QUOTA_EXCEEDED("exceed", "quota");

  private final String operation;
  private final String resourceType;

  EventType(String operation, String resourceType) {
    this.operation = operation;
    this.resourceType = resourceType;
  }

  /** The word in the management API, such as {@code create_project}. */
  public String label() {
    return operation + "_" + resourceType.replace('-', '_');
  }

  /** Such as {@code create}. */
  public String operation() {
    return operation;
  }

  /** Such as {@code project}. */
  public String resourceType() {
    return resourceType;
  }

  /** The type of this name; empty if there is none. */
  public static Optional<EventType> find(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
