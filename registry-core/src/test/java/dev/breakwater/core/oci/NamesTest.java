package dev.breakwater.core.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "library/busybox",
        "a/b/c/d",
        "a.b/c_d/e__f/g-h/i---j",
        "0/1",
        "blobs/manifests/tags"
      })
  void acceptsRepositoryNamesOfTheGrammar(String name) {
    assertThat(RepositoryName.parse(name).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a//b", "A/b", "a..b", "a.-b", "a___b", "-a", "a-", "a_", ".a", "a/.",
        "a/../b", "a b", "a%2fb", "ä", "a\u0000", "a/b:c", "a._b"
      })
  void refusesOtherRepositoryNames(String name) {
    assertThatThrownBy(() -> RepositoryName.parse(name))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NAME_INVALID));
  }

  @Test
  void refusesRepositoryNamesThatAreTooLong() {
    assertThat(RepositoryName.parse("a".repeat(255)).value()).hasSize(255);
    assertThatThrownBy(() -> RepositoryName.parse("a".repeat(256)))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void takesTheFirstComponentAsTheProject() {
    assertThat(RepositoryName.parse("team/app/web").project()).isEqualTo("team");
    assertThat(RepositoryName.parse("team/app").isInProject()).isTrue();
    assertThat(RepositoryName.parse("team").isInProject()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "1.0", "_x", "A-b.C_d", "0"})
  void acceptsTagsOfTheGrammar(String tag) {
    assertThat(Tag.parse(tag).value()).isEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "-a", "a:b", "a/b", "a b", "ä", "a\n"})
  void refusesOtherTags(String tag) {
    assertThatThrownBy(() -> Tag.parse(tag))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TAG_INVALID));
  }

  @Test
  void acceptsTagsOf128CharactersAndNoMore() {
    assertThat(Tag.parse("a".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> Tag.parse("a".repeat(129))).isInstanceOf(RegistryException.class);
  }

  @Test
  void parsesDigestsOfBothAlgorithms() {
    assertThat(Digest.parse("sha256:" + HEX).algorithm()).isEqualTo(DigestAlgorithm.SHA256);
    assertThat(Digest.parse("sha512:" + HEX + HEX).toString()).isEqualTo("sha512:" + HEX + HEX);
    assertThat(Digest.compute(DigestAlgorithm.SHA256, new byte[0]))
        .isEqualTo(Digest.parse("sha256:" + HEX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        "sha256:abc",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:../../../../etc/passwd",
        "sha512:" + HEX,
        "sha256:" + HEX + "0",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
      })
  void refusesOtherDigests(String digest) {
    assertThatThrownBy(() -> Digest.parse(digest))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIGEST_INVALID));
  }

  @Test
  void readsAReferenceWithAColonAsADigest() {
    assertThat(Reference.parse("latest")).isEqualTo(new Reference.ByTag(new Tag("latest")));
    assertThat(Reference.parse("sha256:" + HEX)).isInstanceOf(Reference.ByDigest.class);
  }

  @Test
  void quotesHostileValuesShortenedAndWithoutControlCharacters() {
    assertThat(Printable.shorten("a\r\nb\u0000")).isEqualTo("a??b?");
    assertThat(Printable.shorten("x".repeat(500))).hasSize(163).endsWith("...");
  }
}
