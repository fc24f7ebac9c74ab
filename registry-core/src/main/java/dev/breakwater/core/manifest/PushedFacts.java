package dev.breakwater.core.manifest;

import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.icon.Icons;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Finds out what is kept of a pushed manifest beside itself: from its config, its icon, rules. */
final class PushedFacts {
  private final SmallBlobs blobs;
  private final ExpiryTermSource terms;
  private final Clock clock;

  PushedFacts(SmallBlobs blobs, ExpiryTermSource terms, Clock clock) {
    this.blobs = blobs;
    this.terms = terms;
    this.clock = clock;
  }

  /** What the management API tells of the artifact. */
  Mono<ArtifactFacts> of(ReceivedManifest received) {
    return expiry(received).flatMap(end -> of(received, end));
  }

  private Mono<ArtifactFacts> of(ReceivedManifest received, Expiry end) {
    ManifestDocument document = received.document();
    String type = ArtifactType.of(document);
    Mono<byte[]> config =
        document
            .config()
            .filter(descriptor -> !descriptor.remote())
            .map(descriptor -> blobs.read(descriptor.digest(), ConfigFacts.MAX_SIZE))
            .orElseGet(Mono::empty);
    return config
        .map(bytes -> ConfigFacts.of(type, bytes))
        .defaultIfEmpty("{}")
        .zipWith(usable(OwnIcon.of(received.manifest().bytes())))
        .map(read ->
            new ArtifactFacts(
                type,
                configType(document),
                read.getT1(),
                Accessory.of(document, received.tags()),
                end,
                read.getT2()));
  }

  /** An index has no config: as in Harbor, its own type stands there. */
  private static String configType(ManifestDocument document) {
    String index = MediaTypes.isIndex(document.mediaType()) ? document.mediaType() : "";
    return document.config().map(Descriptor::mediaType).orElse(index);
  }

  /** What is no picture, or too large a one, is an ordinary layer. */
  private Mono<Optional<Digest>> usable(Optional<Digest> icon) {
    return icon.map(digest ->
            blobs
                .read(digest, Icons.MAX_SIZE)
                .filter(bytes -> Icons.typeOf(bytes).isPresent())
                .map(_ -> icon)
                .defaultIfEmpty(Optional.empty()))
        .orElseGet(() -> Mono.just(Optional.empty()));
  }

  /** The manifest's own word counts first. Accessories end with what they belong to. */
  Mono<Expiry> expiry(ReceivedManifest received) {
    Instant now = clock.instant();
    List<Tag> tags = received.tags();
    Optional<Expiry> own = Expiry.of(received.document().annotations(), now);
    if (own.isPresent() || tags.isEmpty() || Accessory.of(received.document(), tags).isPresent()) {
      return Mono.just(own.orElse(Expiry.NEVER));
    }
    Map<Tag, Instant> since =
        tags.stream().collect(Collectors.toMap(tag -> tag, _ -> now, (one, _) -> one));
    return terms
        .termsOf(received.project().id())
        .map(found -> Expiry.byRule(found.end(received.repository(), since)))
        .defaultIfEmpty(Expiry.NEVER);
  }
}
