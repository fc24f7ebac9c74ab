package dev.breakwater.http.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.core.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Service accounts of a cluster whose keys stand in the rules that trust it. */
record KubernetesWorkload(RSAKey key) {
  private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  static KubernetesWorkload create() throws JOSEException {
    return new KubernetesWorkload(new RSAKeyGenerator(2048).keyID("k1").generate());
  }

  /** A rule that lets the service accounts of a namespace act as a robot. */
  String rule(String name, String namespace, long robot) {
    return """
    {"name":"%s","enabled":true,"issuer":"%s","audience":"breakwater","jwks":%s,"claims":[\
    {"claim":"sub","value":"system:serviceaccount:%s:*","match":"glob"}],"robot_id":%d}\
    """
        .formatted(name, ISSUER, Json.writeText(keys()), namespace, robot);
  }

  /** The public ones. */
  String keys() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  /** Of a service account of the namespace. */
  String token(String namespace, Duration life) throws JOSEException {
    Instant now = Instant.now();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("system:serviceaccount:" + namespace + ":builder")
                .audience(List.of("breakwater", "other"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }
}
