package dev.breakwater.storage.blob.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.storage.blob.FakeService;
import dev.breakwater.storage.blob.ProbeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * AWS's chain of credentials, as the environment of a process says: each test starts one, which
 * signs a request with what it found.
 */
@Timeout(60)
class S3CredentialsTest {
  @TempDir private Path folder;
  private FakeService amazon;

  @BeforeEach
  void start() {
    amazon = FakeService.start();
  }

  @AfterEach
  void stop() {
    amazon.close();
  }

  @Test
  void takesKeysOfTheEnvironment() throws Exception {
    assertThat(sign(Map.of("AWS_ACCESS_KEY_ID", "ENVKEY", "AWS_SECRET_ACCESS_KEY", "secret")))
        .contains("Credential=ENVKEY/", "X-Amz-Security-Token: \n");
  }

  @Test
  void takesTheKeysOfAProfile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("credentials"),
            """
            [default]
            aws_access_key_id = WRONG
            aws_secret_access_key = wrong
            [registry]
            aws_access_key_id = PROFILEKEY
            aws_secret_access_key = secret
            """);

    assertThat(
            sign(Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString(), "AWS_PROFILE", "registry")))
        .contains("Credential=PROFILEKEY/");
  }

  @Test
  void takesARoleForTheTokenOfAKubernetesServiceAccount() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-token-of-kubernetes");
    amazon.page(
        "/",
        """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult>
            <Credentials>
              <AccessKeyId>ROLEKEY</AccessKeyId>
              <SecretAccessKey>secret</SecretAccessKey>
              <SessionToken>role-session</SessionToken>
              <Expiration>%s</Expiration>
            </Credentials>
          </AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>
        """
            .formatted(Instant.now().plusSeconds(3600)));

    String signed =
        sign(
            Map.of(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ROLE_ARN",
                "arn:aws:iam::123456789012:role/registry",
                "AWS_REGION",
                "eu-central-1",
                "AWS_ENDPOINT_URL_STS",
                amazon.endpoint().toString()));

    assertThat(signed).contains("Credential=ROLEKEY/", "X-Amz-Security-Token: role-session");
  }

  @Test
  void takesTheRoleOfTheMachine() throws Exception {
    String credentials =
        """
        {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "MACHINEKEY",
         "SecretAccessKey": "secret", "Token": "machine-session", "AccountId": "123456789012",
         "LastUpdated": "%s", "Expiration": "%s"}
        """
            .formatted(Instant.now(), Instant.now().plusSeconds(3600));
    amazon.page("/latest/api/token", "a-token-of-the-machine");
    for (String list : new String[] {"security-credentials", "security-credentials-extended"}) {
      amazon.page("/latest/meta-data/iam/" + list + "/", "registry-role");
      amazon.page("/latest/meta-data/iam/" + list + "/registry-role", credentials);
    }

    String signed = sign(Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", amazon.endpoint().toString()));

    assertThat(signed).contains("Credential=MACHINEKEY/", "X-Amz-Security-Token: machine-session");
    assertThat(amazon.requests())
        .filteredOn(request -> request.path().endsWith("/registry-role"))
        .isNotEmpty()
        .allSatisfy(request ->
            assertThat(request.header("X-aws-ec2-metadata-token"))
                .isEqualTo("a-token-of-the-machine"));
  }

  /** The headers of a signed request. */
  private String sign(Map<String, String> environment) throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("HOME", folder.toString());
    return ProbeProcess.run(CredentialsProbe.class, List.of(), "AWS_", all);
  }
}
