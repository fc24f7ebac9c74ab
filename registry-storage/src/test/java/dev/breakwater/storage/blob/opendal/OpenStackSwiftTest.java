package dev.breakwater.storage.blob.opendal;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.Toxiproxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isWanted")
class OpenStackSwiftTest extends CloudStoreContract {
  static boolean isWanted() {
    return OpenStackSwift.isWanted() && Toxiproxy.isWanted();
  }

  @Override
  protected CloudServer startServer() {
    return new OpenStackSwift();
  }

  @Test
  void logsInAgainWhenItsTokensWereForgotten() {
    byte[] content = Bodies.random(11 * MIB, 27);
    UploadId upload = UploadId.random();
    store().append(upload, 0, Bodies.of(content)).block();

    ((OpenStackSwift) server()).forgetTokens();
    Digest digest = Blobs.close(store(), upload, content);
    ((OpenStackSwift) server()).forgetTokens();

    assertThat(Blobs.read(store(), digest)).isEqualTo(content);
  }
}
