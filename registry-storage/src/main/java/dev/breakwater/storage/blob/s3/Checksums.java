package dev.breakwater.storage.blob.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32C;

/** Headers by which the service notices bytes that changed on their way. */
final class Checksums {
  private static final String CRC32C_HEADER = "x-amz-checksum-crc32c";

  private final S3Settings.Checksum kind;

  Checksums(S3Settings.Checksum kind) {
    this.kind = kind;
  }

  /** What announces the checksums of an upload's parts. */
  Map<String, String> announcement() {
    return kind == S3Settings.Checksum.CRC32C
        ? Map.of("x-amz-checksum-algorithm", "CRC32C")
        : Map.of();
  }

  /** Of the remaining bytes. */
  Map<String, String> headers(ByteBuffer bytes) {
    return switch (kind) {
      case CRC32C -> Map.of(CRC32C_HEADER, crc32c(bytes));
      case MD5 -> Map.of("Content-MD5", md5(bytes));
      case NONE -> Map.of();
    };
  }

  /** What has to be told once more when the parts are put together. */
  static String told(Map<String, String> headers) {
    return headers.getOrDefault(CRC32C_HEADER, "");
  }

  static String md5(ByteBuffer bytes) {
    try {
      MessageDigest hash = MessageDigest.getInstance("MD5");
      hash.update(bytes.duplicate());
      return Base64.getEncoder().encodeToString(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  private static String crc32c(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate());
    byte[] value = ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }
}
