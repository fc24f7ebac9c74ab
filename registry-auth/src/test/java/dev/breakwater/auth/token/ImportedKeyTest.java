package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImportedKeyTest {

  @ParameterizedTest
  @EnumSource
  void readsPkcs8(TokenAlgorithm algorithm) throws Exception {
    KeyPair pair = algorithm.generate();

    ImportedKey imported = ImportedKey.parse(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

    assertThat(imported.algorithm()).isEqualTo(algorithm);
    assertThat(imported.pair().getPublic()).isEqualTo(pair.getPublic());
    assertThat(imported.pair().getPrivate().getEncoded()).isNotEmpty();
  }

  @Test
  void readsSec1() throws Exception {
    KeyPair pair = TokenAlgorithm.ES256.generate();
    ECPrivateKey sec1 =
        new ECPrivateKey(
            256,
            ((java.security.interfaces.ECPrivateKey) pair.getPrivate()).getS(),
            SECObjectIdentifiers.secp256r1);

    ImportedKey imported = ImportedKey.parse(pem("EC PRIVATE KEY", sec1.getEncoded()));

    assertThat(imported.pair().getPublic()).isEqualTo(pair.getPublic());
  }

  @Test
  void readsPkcs1() throws Exception {
    KeyPair pair = TokenAlgorithm.RS256.generate();
    byte[] pkcs1 =
        PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();

    ImportedKey imported = ImportedKey.parse(pem("RSA PRIVATE KEY", pkcs1));

    assertThat(imported.pair().getPublic()).isEqualTo(pair.getPublic());
  }

  @Test
  void skipsWhatStandsBeforeTheKey() throws Exception {
    KeyPair pair = TokenAlgorithm.ES256.generate();
    String certificate =
        TokenCertificates.pem(
            TokenCertificates.root(pair, new MutableClock().instant()).getEncoded());

    String pem = certificate + pem("PRIVATE KEY", pair.getPrivate().getEncoded());

    assertThat(ImportedKey.parse(pem).pair().getPublic()).isEqualTo(pair.getPublic());
  }

  @Test
  void refusesKeysThatCannotSignTokens() throws Exception {
    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
    small.initialize(1024);

    for (KeyPair pair : new KeyPair[] {curve.generateKeyPair(), small.generateKeyPair()}) {
      assertThatThrownBy(
              () -> ImportedKey.parse(pem("PRIVATE KEY", pair.getPrivate().getEncoded())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("P-256 or with RSA of at least 2048 bits");
    }
    KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThatThrownBy(() -> ImportedKey.parse(pem("PRIVATE KEY", ed.getPrivate().getEncoded())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesTextWithoutAKey() throws Exception {
    KeyPair pair = TokenAlgorithm.ES256.generate();
    String publicOnly = pem("PUBLIC KEY", pair.getPublic().getEncoded());

    assertThatThrownBy(() -> ImportedKey.parse(""))
        .hasMessageContaining("no unencrypted private key");
    assertThatThrownBy(() -> ImportedKey.parse(publicOnly))
        .hasMessageContaining("no unencrypted private key");
    assertThatThrownBy(() -> ImportedKey.parse(pem("PRIVATE KEY", new byte[] {1, 2, 3})))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
