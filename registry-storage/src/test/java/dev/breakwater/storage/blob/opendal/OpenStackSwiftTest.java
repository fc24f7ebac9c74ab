package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.Toxiproxy;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class OpenStackSwiftTest extends CloudStoreContract {
  static boolean isWanted() {
    return OpenStackSwift.isWanted() && Toxiproxy.isWanted();
  }

  @Override
  CloudServer startServer() {
    return new OpenStackSwift();
  }
}
