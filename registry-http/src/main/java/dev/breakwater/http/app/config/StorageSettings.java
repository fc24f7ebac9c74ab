package dev.breakwater.http.app.config;

import dev.breakwater.storage.blob.opendal.OpenDalSettings;
import dev.breakwater.storage.blob.s3.S3Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept, and where.
 *
 * @param filesystemRoot the folder of the blobs
 * @param s3 the bucket of the blobs, if that is where they are
 * @param cloud the object store of the blobs, if they are in another one than S3
 * @param uploadExpiry after which time without progress an upload is removed
 * @param sparseIndexes whether an index may name manifests that are not here
 * @param lease how long a blob stays without a manifest
 * @param undoWindow how long deleted artifacts can be brought back; zero: not at all
 * @param tagHistory how long it is kept who moved which tag
 */
public record StorageSettings(
    Path filesystemRoot,
    Optional<S3Settings> s3,
    Optional<OpenDalSettings> cloud,
    Duration uploadExpiry,
    boolean sparseIndexes,
    Duration lease,
    Duration undoWindow,
    Duration tagHistory) {}
