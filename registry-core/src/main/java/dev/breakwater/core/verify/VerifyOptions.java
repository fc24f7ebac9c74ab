package dev.breakwater.core.verify;

/**
 * How the blob store is verified.
 *
 * @param rehash whether every file is read and its digest compared, not only its size
 * @param dryRun whether it only says what is wrong
 * @param manyOrphans whether files that nothing knows go even if they are most of all files
 * @param filesPerSecond how many files are looked at, 1 or more
 * @param bytesPerSecond how much is read to compare digests, 1 or more
 */
public record VerifyOptions(
    boolean rehash,
    boolean dryRun,
    boolean manyOrphans,
    long filesPerSecond,
    long bytesPerSecond) {}
