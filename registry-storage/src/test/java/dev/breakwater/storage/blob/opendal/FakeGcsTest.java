package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.Toxiproxy;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class FakeGcsTest extends CloudStoreContract {
  static boolean isWanted() {
    return FakeGcs.isWanted() && Toxiproxy.isWanted();
  }

  @Override
  protected CloudServer startServer() {
    return new FakeGcs();
  }
}
