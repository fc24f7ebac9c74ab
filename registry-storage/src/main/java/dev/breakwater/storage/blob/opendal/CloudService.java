package dev.breakwater.storage.blob.opendal;

/** The services that the library reaches for us; S3 has a driver of its own. */
public enum CloudService {
  AZBLOB("Azure Blob Storage", 50_000),
  GCS("Google Cloud Storage", 10_000),
  SWIFT("OpenStack Swift", 0),
  OSS("Alibaba Cloud OSS", 10_000),
  OBS("Huawei Cloud OBS", 10_000),
  COS("Tencent Cloud COS", 10_000);

  /** Swift's own limit; larger objects would be made of several, which the library cannot do. */
  private static final long LARGEST_SINGLE = 5L << 30;

  private final String title;
  private final int mostParts;

  CloudService(String title, int mostParts) {
    this.title = title;
    this.mostParts = mostParts;
  }

  /** Its name, for people. */
  String title() {
    return title;
  }

  /** What the library calls it. */
  String scheme() {
    return switch (this) {
      case AZBLOB -> "azblob";
      case GCS -> "gcs";
      case SWIFT -> "swift";
      case OSS -> "oss";
      case OBS -> "obs";
      case COS -> "cos";
    };
  }

  /** Whether an object is written in parts; else in one request. */
  boolean hasParts() {
    return mostParts > 0;
  }

  /** In bytes. */
  long largestBlob(int partSize) {
    return hasParts() ? (long) mostParts * partSize : LARGEST_SINGLE;
  }
}
