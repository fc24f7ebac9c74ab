package dev.breakwater.http.app.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What is kept, and where.
 *
 * @param filesystemRoot the folder of the blobs
 * @param uploadExpiry after which time without progress an upload is removed
 * @param sparseIndexes whether an index may name manifests that are not here
 */
public record StorageSettings(Path filesystemRoot, Duration uploadExpiry, boolean sparseIndexes) {}
