package dev.breakwater.core.oci;

/** What names a manifest within a repository: a {@link Tag} or, with a colon, a {@link Digest}. */
public sealed interface Reference {
  /** By tag. */
  record ByTag(Tag tag) implements Reference {
    @Override
    public String toString() {
      return tag.value();
    }
  }

  /** By digest. */
  record ByDigest(Digest digest) implements Reference {
    @Override
    public String toString() {
      return digest.toString();
    }
  }

  /**
   * @throws dev.breakwater.core.error.RegistryException DIGEST_INVALID or TAG_INVALID
   */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0 ? new ByDigest(Digest.parse(text)) : new ByTag(Tag.parse(text));
  }
}
