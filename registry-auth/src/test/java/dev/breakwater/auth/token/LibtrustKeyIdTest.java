package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class LibtrustKeyIdTest {

  @Test
  void isBase32OfTheDigestInGroupsOfFour() throws Exception {
    // Computed apart from this program: openssl pkey -pubout -outform DER | sha256, base32.
    PublicKey key =
        KeyFactory.getInstance("EC")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getDecoder()
                        .decode(
                            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt42a8pDnKuBTTwE6pviIB0Xv0XGOvVhEmT60kTZTTocZbGLNRyy/n7+2dn6PjGL+wJGfutazWxjaFnGAenIlBg==")));

    assertThat(LibtrustKeyId.of(key))
        .isEqualTo("GK46:64W7:OD5A:6O2G:UEJR:GKTE:YCIM:PFPI:25ZN:HVKJ:OYET:OUW5");
  }

  @Test
  void hasTwelveGroups() throws Exception {
    String id = LibtrustKeyId.of(TokenAlgorithm.RS256.generate().getPublic());

    assertThat(id).matches("([A-Z2-7]{4}:){11}[A-Z2-7]{4}");
  }
}
