package dev.breakwater.http.app.config;

/** Where blobs are kept. */
public enum StorageDriver {
  FILESYSTEM,
  S3,
  AZBLOB,
  GCS,
  SWIFT,
  OSS,
  OBS,
  COS
}
