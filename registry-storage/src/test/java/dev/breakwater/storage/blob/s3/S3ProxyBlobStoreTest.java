package dev.breakwater.storage.blob.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.BlobStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class S3ProxyBlobStoreTest extends BlobStoreContract {
  private static S3ProxyServer server;
  private static S3Stores stores;

  @BeforeAll
  static void start() {
    server = S3ProxyServer.start();
    stores = new S3Stores();
  }

  @AfterAll
  static void stop() {
    stores.close();
    server.close();
  }

  @Override
  protected BlobStore openStore() {
    stores.begin();
    return reopen();
  }

  @Override
  protected BlobStore reopen() {
    return stores.open(server.endpoint());
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(stores.partsTaken()).isZero();
  }
}
