package dev.breakwater.core.blob;

/** What came of the wish to write to an upload alone. */
public enum UploadClaim {
  /** There are no other replicas. */
  UNNEEDED,
  /** It is ours. */
  TAKEN,
  /** It is ours, but whoever had it never gave it back and may write yet. */
  TAKEN_OVER,
  /** Another replica writes to it. */
  BUSY,
  /** There is no such upload. */
  GONE
}
