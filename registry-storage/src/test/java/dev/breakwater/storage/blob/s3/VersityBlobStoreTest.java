package dev.breakwater.storage.blob.s3;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class VersityBlobStoreTest extends S3StoreContract {
  static boolean isWanted() {
    return VersityGateway.isWanted();
  }

  @Override
  protected S3Server startServer() {
    return new VersityGateway();
  }
}
