package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.ObjectServer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A server that speaks as a cloud's service does, with one container in it. */
interface CloudServer extends ObjectServer {
  String CONTAINER = "blobs";

  CloudService service();

  /**
   * @param endpoint its own, or that of somebody in between
   */
  default OpenDalSettings settings(URI endpoint, String root) {
    return settings(service(), endpoint, root);
  }

  /** With pieces and memory as small as they may be, so that little content needs several. */
  static OpenDalSettings small(CloudService service, Map<String, String> options, String root) {
    return new OpenDalSettings(
        service,
        options,
        root,
        OpenDalSettings.SMALLEST_PART,
        16 * OpenDalSettings.SMALLEST_PART,
        16 * 1024 * 1024,
        Optional.empty(),
        Optional.empty());
  }

  /** Those of the server that the tests have for this service. */
  static OpenDalSettings settings(CloudService service, URI endpoint, String root) {
    return switch (service) {
      case AZBLOB -> Azurite.settingsOf(endpoint, root);
      case GCS -> FakeGcs.settingsOf(endpoint, root);
      case SWIFT -> OpenStackSwift.settingsOf(endpoint, root);
      case OSS, OBS, COS -> throw new IllegalArgumentException("no server for " + service);
    };
  }
}
