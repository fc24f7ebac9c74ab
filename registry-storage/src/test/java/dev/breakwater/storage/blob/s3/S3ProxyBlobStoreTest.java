package dev.breakwater.storage.blob.s3;

class S3ProxyBlobStoreTest extends S3StoreContract {
  @Override
  protected S3Server startServer() {
    return S3ProxyServer.start();
  }
}
