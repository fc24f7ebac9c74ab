package dev.breakwater.core.job;

/** Why an execution began. */
public enum Trigger {
  MANUAL,
  SCHEDULE,
  EVENT
}
