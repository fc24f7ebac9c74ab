package dev.breakwater.http.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.http.server.TlsFiles;
import dev.breakwater.storage.blob.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void hasADefaultForEverythingThatIsNeeded() {
    Settings settings = load(Map.of()).settings();

    assertThat(settings.dataDirectory()).isEqualTo(Path.of("./data"));
    assertThat(settings.http().address()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.http().tls()).isEmpty();
    assertThat(settings.http().trustedProxies()).isEmpty();
    assertThat(settings.http().shutdownGrace()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.management()).isEqualTo(new ManagementSettings("127.0.0.1", 9090));
    assertThat(settings.storage().filesystemRoot()).isEqualTo(Path.of("./data/storage"));
    assertThat(settings.storage().uploadExpiry()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.storage().sparseIndexes()).isFalse();
    assertThat(settings.database().url()).isEmpty();
    assertThat(settings.token().algorithm()).isEqualTo(TokenAlgorithm.ES256);
    assertThat(settings.token().lifetime()).isEqualTo(Duration.ofMinutes(30));
    assertThat(settings.tokenKeyRotation()).isEqualTo(Duration.ofDays(90));
    assertThat(settings.adminPassword()).isEmpty();
    assertThat(settings.log()).isEqualTo(new LogSettings(LogFormat.TEXT, LogLevel.INFO));
  }

  @Test
  void readsNestedAndDottedKeysOfTheFile() throws IOException {
    Path file =
        write(
            """
            # a comment
            data: {dir: /var/lib/breakwater}
            http:
              port: 5000
              trusted-proxies:
                - 10.0.0.0/8
                - ::1
            http.address: 0.0.0.0
            admin:
              password: 00123456
            redis.url:
            """);

    Settings settings = load(file, Map.of()).settings();

    assertThat(settings.dataDirectory()).isEqualTo(Path.of("/var/lib/breakwater"));
    assertThat(settings.http().port()).isEqualTo(5000);
    assertThat(settings.http().address()).isEqualTo("0.0.0.0");
    assertThat(settings.http().trustedProxies()).containsExactly("10.0.0.0/8", "::1/128");
    assertThat(settings.adminPassword()).contains(new Secret("00123456"));
  }

  @Test
  void letsTheEnvironmentWinOverTheFileAndTheFileOverTheDefault() throws IOException {
    Path file = write("http.port: 5000\nmanagement.port: 5001\n");

    Settings settings = load(file, Map.of("BREAKWATER_HTTP_PORT", "0")).settings();

    assertThat(settings.http().port()).isZero();
    assertThat(settings.management().port()).isEqualTo(5001);
  }

  @Test
  void readsEverySettingFromTheEnvironment() throws IOException {
    Path certificate = Files.createFile(folder.resolve("cert.pem"));
    Path key = Files.createFile(folder.resolve("key.pem"));

    Settings settings =
        load(Map.ofEntries(
                Map.entry("BREAKWATER_EXTERNAL_URL", "https://registry.example.com/"),
                Map.entry("BREAKWATER_TLS_CERTIFICATE", certificate.toString()),
                Map.entry("BREAKWATER_TLS_KEY", key.toString()),
                Map.entry("BREAKWATER_DATABASE_URL", "postgresql://db:5432/breakwater"),
                Map.entry("BREAKWATER_DATABASE_USERNAME", "registry"),
                Map.entry("BREAKWATER_DATABASE_PASSWORD", "hush"),
                Map.entry("BREAKWATER_DATABASE_POOL_SIZE", "4"),
                Map.entry("BREAKWATER_STORAGE_FILESYSTEM_ROOT", "/srv/blobs"),
                Map.entry("BREAKWATER_HTTP_MAX_HEADER_SIZE", "32KiB"),
                Map.entry("BREAKWATER_TOKEN_ALGORITHM", "rs256"),
                Map.entry("BREAKWATER_LOG_FORMAT", "json"),
                Map.entry("BREAKWATER_UPLOAD_EXPIRY", "7d"),
                Map.entry("BREAKWATER_REDIS_URL", ""),
                Map.entry("HOME", "/root")))
            .settings();

    assertThat(settings.http().externalUrl()).contains(URI.create("https://registry.example.com"));
    assertThat(settings.http().tls()).contains(new TlsFiles(certificate, key));
    assertThat(settings.http().maxHeaderSize()).isEqualTo(32 * 1024);
    assertThat(settings.database())
        .isEqualTo(
            new DatabaseSettings(
                Optional.of("postgresql://db:5432/breakwater"),
                Optional.of("registry"),
                Optional.of(new Secret("hush")),
                Optional.empty(),
                new DatabaseSettings.Pool(
                    4,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ZERO,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(30),
                    false)));
    assertThat(settings.storage().filesystemRoot()).isEqualTo(Path.of("/srv/blobs"));
    assertThat(settings.storage().uploadExpiry()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.token().algorithm()).isEqualTo(TokenAlgorithm.RS256);
    assertThat(settings.log().format()).isEqualTo(LogFormat.JSON);
  }

  @Test
  void listsEveryMistakeAtOnceAndWhereItStands() throws IOException {
    Path file = write("http.prot: 1\nhttp.port: many\nhttp.maxConnections: 3\n");

    List<String> mistakes =
        mistakes(
            file,
            Map.of(
                "BREAKWATER_SHUTDOWN_GRACE", "soon",
                "BREAKWATER_HTTP_PROT", "1",
                "BREAKWATER_REDIS_URL", "redis+sentinel://me:hush@localhost",
                "BREAKWATER_STORAGE_DRIVER", "s3",
                "BREAKWATER_STORAGE_S3_ACCESS_KEY", "AKIA",
                "BREAKWATER_TLS_KEY", "/nowhere/key.pem"));

    assertThat(mistakes)
        .containsExactlyInAnyOrder(
            "http.prot: there is no such setting; " + file,
            "http.maxConnections: there is no such setting, but http.max-connections; " + file,
            "http.port: 'many' is not a whole number from 0 to 65535; " + file,
            "shutdown.grace: 'soon' is not a duration such as 30s, 15m, 24h or 7d, from 0s to 1h;"
                + " environment variable BREAKWATER_SHUTDOWN_GRACE",
            "BREAKWATER_HTTP_PROT: there is no setting of this name in the environment",
            "redis.url: must name the master: redis+sentinel://HOST,HOST/MASTER[/DATABASE]."
                + " Expected redis://HOST:PORT/DATABASE, redis+sentinel://HOST:PORT,.../MASTER or"
                + " redis-cluster://HOST:PORT,...; rediss for TLS",
            "storage.s3.bucket: storage.driver is s3, so name the bucket",
            "storage.s3.access-key, storage.s3.secret-key: set both, or neither",
            "tls.certificate, tls.key: set both, or neither",
            "tls.key: /nowhere/key.pem is not a readable file");
  }

  @Test
  void readsSecretsFromFiles() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "hush-hush\n");
    Path url = Files.writeString(folder.resolve("url"), "redis://:secret@redis:6379/1");

    EffectiveSettings effective =
        load(
            Map.of(
                "BREAKWATER_ADMIN_PASSWORD_FILE", password.toString(),
                "BREAKWATER_REDIS_URL_FILE", url.toString()));

    assertThat(effective.settings().adminPassword()).contains(new Secret("hush-hush"));
    assertThat(effective.settings().redis().url()).contains("redis://:secret@redis:6379/1");
    assertThat(effective.print()).contains("# file " + password).doesNotContain("hush", "secret@");
  }

  @Test
  void readsTheSecretKeyOfTheBucketFromAFile() throws IOException {
    Path secret = Files.writeString(folder.resolve("s3-secret"), "the/secret+key\n");

    EffectiveSettings effective =
        load(
            Map.of(
                "BREAKWATER_STORAGE_DRIVER", "s3",
                "BREAKWATER_STORAGE_S3_BUCKET", "blobs",
                "BREAKWATER_STORAGE_S3_ACCESS_KEY", "access",
                "BREAKWATER_STORAGE_S3_SECRET_KEY_FILE", secret.toString()));

    assertThat(effective.settings().storage().s3().orElseThrow().keys())
        .contains(new S3Settings.Keys("access", "the/secret+key"));
    assertThat(effective.print()).contains("secret-key").doesNotContain("the/secret+key");
  }

  @Test
  void saysWhatIsWrongWithFilesOfSecrets() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));

    List<String> mistakes =
        mistakes(
            Path.of("/nowhere.yml"),
            Map.of(
                "BREAKWATER_ADMIN_PASSWORD_FILE", "/nowhere/password",
                "BREAKWATER_SECRET_KEY_FILE", empty.toString(),
                "BREAKWATER_SECRET_KEY", "01234567890123456789012345678901",
                "BREAKWATER_DATA_DIR_FILE", empty.toString(),
                "BREAKWATER_REDIS_PASSWORD", "hush",
                "BREAKWATER_DATABASE_PGBOUNCER", "true"));

    assertThat(mistakes)
        .contains(
            "BREAKWATER_ADMIN_PASSWORD_FILE: /nowhere/password cannot be read",
            "BREAKWATER_SECRET_KEY_FILE: " + empty + " is empty",
            "BREAKWATER_SECRET_KEY_FILE: BREAKWATER_SECRET_KEY is set as well",
            "BREAKWATER_DATA_DIR_FILE: there is no setting of this name in the environment",
            "redis.password: is set, but redis.url is not",
            "database.pgbouncer: is set, but database.url is not");
  }

  @ParameterizedTest
  @CsvSource({
    "http.port,65536",
    "http.port,-1",
    "http.port,8080.0",
    "http.address,''",
    "external.url,registry.example.com",
    "external.url,ftp://registry.example.com",
    "external.url,https://user:pw@registry.example.com",
    "http.max-header-size,1KiB",
    "http.max-header-size,999999999999GiB",
    "http.max-header-size,64kb",
    "http.idle-timeout,0s",
    "http.idle-timeout,30",
    "http.idle-timeout,999999999d",
    "http.trusted-proxies,10.0.0.0/64",
    "http.trusted-proxies,example.com/8",
    "http.trusted-proxies,localhost",
    "manifest.sparse-indexes,yes",
    "token.algorithm,HS256",
    "token.lifetime,59s",
    "token.key,/nowhere/key.pem",
    "log.format,xml",
    "database.url,mysql://localhost/x",
    "database.url,postgresql://localhost/x",
    "database.url,postgresql://user@localhost",
    "database.url,postgresql://user@localhost:99999/x",
    "database.url,postgresql://user@localhost/x?sslmode=bogus",
    "database.url,postgresql://user@localhost/x?sslrootcert=/nowhere/ca.crt",
    "database.url,postgresql://user@localhost/x?colour=red",
    "storage.driver,floppy",
    "storage.s3.part-size,1MiB",
    "storage.s3.proxy,proxy:3128"
  })
  void refusesABadValue(String key, String value) throws IOException {
    assertThat(mistakes(write(key + ": '" + value + "'\n"), Map.of()))
        .singleElement()
        .asString()
        .startsWith(key + ": ");
  }

  @Test
  void neverRepeatsABadSecret() {
    List<String> mistakes =
        mistakes(
            folder.resolve("none"),
            Map.of(
                "BREAKWATER_SECRET_KEY", "tooshort",
                "BREAKWATER_ADMIN_PASSWORD", "tiny",
                "BREAKWATER_DATABASE_URL", "postgres:/user:hush@host/db"));

    assertThat(String.join("\n", mistakes))
        .contains("secret.key", "at least 32 characters", "admin.password", "database.url")
        .doesNotContain("tooshort", "tiny", "hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a\n- b\n",
        "just text\n",
        "http: [\n",
        "http.port: 1\nhttp.port: 2\n",
        "http: {port: 1}\nhttp.port: 2\n",
        "http.trusted-proxies: [{a: b}]\n",
        "http.port: 1\n---\nhttp.port: 2\n",
        "a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}\n"
      })
  void refusesAFileThatItDoesNotUnderstand(String text) throws IOException {
    Path file = write(text);

    assertThat(mistakes(file, Map.of())).anySatisfy(m -> assertThat(m).contains(file.toString()));
  }

  @Test
  void refusesAMissingFileOnlyIfItWasNamed() {
    Path missing = folder.resolve("missing.yml");

    assertThat(mistakes(missing, Map.of())).containsExactly(missing + ": there is no such file");
    assertThat(
            SettingsLoader.load(Optional.empty(), Optional.of(missing), Map.of())
                .settings()
                .http()
                .port())
        .isEqualTo(8080);
  }

  @Test
  void readsTheUsualFileIfThereIsOneAndNoneWasNamed() throws IOException {
    Path usual = write("http.port: 7000\n");

    assertThat(
            SettingsLoader.load(Optional.empty(), Optional.of(usual), Map.of())
                .settings()
                .http()
                .port())
        .isEqualTo(7000);
  }

  @Test
  void takesAnEmptyFileForNoSettings() throws IOException {
    assertThat(load(write("# nothing\n"), Map.of()).settings().http().port()).isEqualTo(8080);
    assertThat(load(write(""), Map.of()).settings().http().port()).isEqualTo(8080);
  }

  @Test
  void ignoresWhatKubernetesPutsIntoTheEnvironment() {
    Settings settings =
        load(Map.of(
                "BREAKWATER_SERVICE_HOST", "10.1.2.3",
                "BREAKWATER_SERVICE_PORT", "8080",
                "BREAKWATER_SERVICE_PORT_HTTP", "8080",
                "BREAKWATER_PORT", "tcp://10.1.2.3:8080",
                "BREAKWATER_PORT_8080_TCP_ADDR", "10.1.2.3"))
            .settings();

    assertThat(settings.http().port()).isEqualTo(8080);
  }

  @Test
  void printsEffectiveSettingsWithTheirOriginAndWithoutSecrets() throws IOException {
    Path file =
        write(
            """
            http.port: 5000
            secret.key: 0123456789abcdef0123456789abcdef
            database:
              url: postgresql://registry:hush@db/breakwater
              password: hush
            """);

    String printed = load(file, Map.of("BREAKWATER_ADMIN_PASSWORD", "Harbour12345")).print();

    assertThat(printed.lines())
        .contains(
            "http.port: 5000  # " + file,
            "http.address: 127.0.0.1",
            "external.url: ''",
            "admin.password: '********'  # environment variable BREAKWATER_ADMIN_PASSWORD",
            "secret.key: '********'  # " + file,
            "database.password: '********'  # " + file,
            "database.url: 'postgresql://********@db/breakwater'  # " + file)
        .hasSize(SettingTable.ALL.size());
    assertThat(printed).doesNotContain("hush", "Harbour12345", "0123456789abcdef");
  }

  @Test
  void readsItsOwnPrintAgain() throws IOException {
    String printed = load(Map.of("BREAKWATER_HTTP_TRUSTED_PROXIES", "10.0.0.0/8, ::1")).print();

    assertThat(load(write(printed), Map.of()).settings())
        .isEqualTo(load(Map.of("BREAKWATER_HTTP_TRUSTED_PROXIES", "10.0.0.0/8,::1")).settings());
  }

  @Test
  void neverShowsASecretOfTheSettings() {
    Settings settings =
        load(Map.of(
                "BREAKWATER_ADMIN_PASSWORD", "Harbour12345",
                "BREAKWATER_DATABASE_URL", "postgresql://registry:hush@db/breakwater",
                "BREAKWATER_DATABASE_PASSWORD", "hush"))
            .settings();

    assertThat(settings.toString()).doesNotContain("hush", "Harbour12345");
  }

  @Test
  void describesEachSettingOnceAndWithoutAFullStop() {
    assertThat(SettingTable.ALL).extracting(Setting::key).doesNotHaveDuplicates();
    assertThat(SettingTable.ALL).extracting(Setting::environmentName).doesNotHaveDuplicates();
    assertThat(SettingTable.ALL)
        .allSatisfy(setting -> assertThat(setting.description()).doesNotEndWith("."));
    assertThat(SettingTable.markdown())
        .contains("| `data.dir` | `./data` |", " kept in `<data.dir>/secret.key` |")
        .hasLineCount(SettingTable.ALL.size() + 2);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("breakwater.yml"), text);
  }

  private static EffectiveSettings load(Map<String, String> environment) {
    return SettingsLoader.load(Optional.empty(), Optional.empty(), environment);
  }

  private static EffectiveSettings load(Path file, Map<String, String> environment) {
    return SettingsLoader.load(Optional.of(file), Optional.empty(), environment);
  }

  private static List<String> mistakes(Path file, Map<String, String> environment) {
    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, () -> load(file, environment));
    assertThat(e).isNotNull();
    return e.mistakes();
  }
}
