package dev.breakwater.core.quota;

/**
 * What a change inside a transaction did to a project's use of storage. The change itself counts
 * it; whoever runs the transaction must not commit it if {@link #exceeds}.
 *
 * @param growth by how many bytes the project holds more now
 * @param reserved how many bytes were promised for it; the promise ends with the change
 * @param limit of the project in bytes, {@link Quota#UNLIMITED}: none
 */
public record Accounted<T>(T result, long growth, long reserved, long limit) {
  boolean exceeds() {
    return limit != Quota.UNLIMITED && growth > reserved;
  }
}
