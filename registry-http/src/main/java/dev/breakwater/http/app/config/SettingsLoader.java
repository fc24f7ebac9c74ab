package dev.breakwater.http.app.config;

import dev.breakwater.auth.token.ImportedKey;
import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.core.job.JobSettings;
import dev.breakwater.core.systemconfig.ConfigurationChange;
import dev.breakwater.core.systemconfig.ConfigurationOverwrite;
import dev.breakwater.http.server.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the effective settings: defaults, then {@code breakwater.yml}, then the environment. Goes
 * on after a mistake, so that an operator sees all of them at once.
 */
public final class SettingsLoader {
  private static final String PREFIX = "BREAKWATER_";

  /**
   * What Kubernetes puts into the environment of each pod for a service whose name begins with
   * {@code breakwater}; it is not meant for us.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX + "(\\w+_)?(SERVICE_(HOST|PORT)\\w*|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_\\w+)?)");

  private static final Duration SHORTEST_LEASE = Duration.ofHours(2);

  private final Map<String, RawValue> values = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private ConfigurationChange configuration = new ConfigurationChange(Map.of());

  private SettingsLoader() {
    for (Setting<?> setting : SettingTable.ALL) {
      values.put(setting.key(), new RawValue(setting.fallback(), RawValue.DEFAULT));
    }
  }

  /**
   * @param named the file that the command line names; it must exist
   * @param usual the file that is read if none is named; it may be missing
   * @param environment all of it
   * @throws ConfigurationException with every mistake
   */
  public static EffectiveSettings load(
      Optional<Path> named, Optional<Path> usual, Map<String, String> environment) {
    SettingsLoader loader = new SettingsLoader();
    named.or(() -> usual.filter(Files::exists)).ifPresent(loader::readFile);
    loader.readEnvironment(environment);
    loader.configuration = ConfigurationOverwrite.read(environment, loader.mistakes::add);
    return loader.finish();
  }

  private void readFile(Path file) {
    try {
      SettingsFile.read(file).forEach(this::putFromFile);
    } catch (NoSuchFileException e) {
      mistakes.add(file + ": there is no such file");
    } catch (InvalidValueException e) {
      mistakes.add(file + ": " + e.getMessage());
    } catch (IOException e) {
      mistakes.add(file + ": cannot be read: " + e.getMessage());
    }
  }

  private void putFromFile(String key, RawValue value) {
    if (values.replace(key, value) == null) {
      mistakes.add(key + ": there is no such setting" + suggestion(key) + "; " + value.origin());
    }
  }

  /** An empty variable counts as not set: compose files pass on what is not there as empty. */
  private void readEnvironment(Map<String, String> environment) {
    Map<String, String> keys = new LinkedHashMap<>();
    SettingTable.ALL.forEach(setting -> keys.put(setting.environmentName(), setting.key()));
    SecretFiles files = new SecretFiles(mistakes::add);
    new TreeMap<>(environment)
        .forEach((name, text) -> {
          String key = keys.get(name);
          if (key != null && !text.isEmpty()) {
            values.put(key, new RawValue(text, "environment variable " + name));
          } else if (key == null && !files.owns(name) && isUnknown(name)) {
            mistakes.add(name + ": there is no setting of this name in the environment");
          }
        });
    values.putAll(files.read(environment));
  }

  private static boolean isUnknown(String name) {
    return name.startsWith(PREFIX)
        && !ConfigurationOverwrite.owns(name)
        && !SERVICE_LINK.matcher(name).matches();
  }

  private static String suggestion(String key) {
    String plain = plain(key);
    return SettingTable.ALL.stream()
        .map(Setting::key)
        .filter(known -> plain(known).equals(plain))
        .findFirst()
        .map(known -> ", but " + known)
        .orElse("");
  }

  private static String plain(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "").toLowerCase(java.util.Locale.ROOT);
  }

  private EffectiveSettings finish() {
    Settings settings = build();
    if (settings == null || !mistakes.isEmpty()) {
      throw new ConfigurationException(mistakes);
    }
    return new EffectiveSettings(settings, values);
  }

  /** Null if a value that is needed is missing; there is a mistake for it then. */
  private @Nullable Settings build() {
    Map<String, Object> parsed = new LinkedHashMap<>();
    for (Setting<?> setting : SettingTable.ALL) {
      parse(setting).ifPresent(value -> parsed.put(setting.key(), value));
    }
    ParsedValues found = new ParsedValues(parsed);
    check(found);
    return parsed.size() == SettingTable.ALL.size() ? settings(found) : null;
  }

  private <T> Optional<T> parse(Setting<T> setting) {
    RawValue raw = values.getOrDefault(setting.key(), new RawValue("", ""));
    try {
      return Optional.of(setting.parser().apply(raw.text()));
    } catch (InvalidValueException e) {
      String shown =
          setting.visibility() == Setting.Visibility.SHOWN ? "'" + raw.text() + "' " : "";
      mistakes.add(setting.key() + ": " + shown + "is not " + e.getMessage() + "; " + raw.origin());
      return Optional.empty();
    }
  }

  /** What no setting can say alone. */
  private void check(ParsedValues found) {
    found
        .find(SettingTable.STORAGE_DRIVER)
        .filter(driver -> driver == StorageDriver.S3)
        .ifPresent(_ -> S3SettingTable.check(found, mistakes));
    CloudSettings.check(found, mistakes::add);
    requireReadable(S3SettingTable.CA_CERTIFICATE, found);
    requireReadable(CloudSettingTable.GCS_KEY_FILE, found);
    if (found.isSet(HttpSettingTable.TLS_CERTIFICATE) != found.isSet(HttpSettingTable.TLS_KEY)) {
      mistakes.add("tls.certificate, tls.key: set both, or neither");
    }
    if (found.get(SettingTable.GC_LEASE).compareTo(SHORTEST_LEASE) < 0
        && !found.get(SettingTable.GC_ALLOW_SHORT_LEASE)) {
      mistakes.add("gc.lease: a push may take longer than that; set 2h at least");
    }
    requireReadable(HttpSettingTable.TLS_CERTIFICATE, found);
    requireReadable(HttpSettingTable.TLS_KEY, found);
    requireReadable(SettingTable.LDAP_CA_CERTIFICATE, found);
    requireReadable(SettingTable.AUDIT_CA_CERTIFICATE, found);
    requireReadable(DatabaseSettingTable.ROOT_CERTIFICATE, found);
    requireReadable(RedisSettingTable.CA_CERTIFICATE, found);
    OutsideSettings.check(found, mistakes::add);
  }

  private void requireReadable(Setting<Optional<Path>> setting, ParsedValues found) {
    found
        .find(setting)
        .flatMap(file -> file)
        .filter(file -> !Files.isReadable(file) || Files.isDirectory(file))
        .ifPresent(file -> mistakes.add(setting.key() + ": " + file + " is not a readable file"));
  }

  private Settings settings(ParsedValues found) {
    Path data = found.get(SettingTable.DATA_DIR);
    return new Settings(
        data,
        new HttpSettings(
            found.get(HttpSettingTable.ADDRESS),
            found.get(HttpSettingTable.PORT),
            found.get(HttpSettingTable.EXTERNAL_URL),
            tls(found),
            found.get(HttpSettingTable.TRUSTED_PROXIES).orElse(List.of()),
            found.get(HttpSettingTable.MAX_CONNECTIONS),
            found.get(HttpSettingTable.MAX_HEADER_SIZE),
            found.get(HttpSettingTable.MAX_URI_LENGTH),
            found.get(HttpSettingTable.IDLE_TIMEOUT),
            found.get(HttpSettingTable.STALL_TIMEOUT),
            found.get(HttpSettingTable.MAX_CONCURRENT_UPLOADS),
            found.get(SettingTable.SHUTDOWN_DELAY),
            found.get(SettingTable.SHUTDOWN_GRACE)),
        new ManagementSettings(
            found.get(HttpSettingTable.MANAGEMENT_ADDRESS),
            found.get(HttpSettingTable.MANAGEMENT_PORT)),
        found.get(SettingTable.ADMIN_PASSWORD),
        found.get(SettingTable.SECRET_KEY),
        OutsideSettings.database(found),
        OutsideSettings.redis(found),
        new StorageSettings(
            found.get(SettingTable.STORAGE_FILESYSTEM_ROOT).orElse(data.resolve("storage")),
            found.get(SettingTable.STORAGE_DRIVER) == StorageDriver.S3
                ? Optional.of(S3SettingTable.settings(found))
                : Optional.empty(),
            CloudSettings.find(found),
            found.get(SettingTable.UPLOAD_EXPIRY),
            found.get(SettingTable.MANIFEST_SPARSE_INDEXES),
            found.get(SettingTable.GC_LEASE),
            found.get(SettingTable.UNDO_WINDOW),
            Duration.ofDays(found.get(SettingTable.TAG_HISTORY_DAYS))),
        JobSettings.DEFAULT.withWorkers(found.get(SettingTable.JOB_WORKERS)),
        new TokenSettings(
            found.get(SettingTable.TOKEN_ALGORITHM),
            found.get(SettingTable.TOKEN_LIFETIME),
            found.get(SettingTable.TOKEN_ISSUER),
            found.get(SettingTable.TOKEN_SERVICE)),
        found
            .get(SettingTable.TOKEN_KEY)
            .flatMap(file -> tokenKey(file, found.get(SettingTable.TOKEN_ALGORITHM))),
        found.get(SettingTable.TOKEN_KEY_ROTATION),
        new OutboundSettings(
            found.get(SettingTable.SECURITY_ALLOW_INTERNAL_TARGETS),
            found.get(SettingTable.LDAP_CA_CERTIFICATE),
            found.get(SettingTable.AUDIT_CA_CERTIFICATE)),
        configuration,
        new LogSettings(found.get(SettingTable.LOG_FORMAT), found.get(SettingTable.LOG_LEVEL)));
  }

  private static Optional<TlsFiles> tls(ParsedValues found) {
    return found
        .get(HttpSettingTable.TLS_CERTIFICATE)
        .flatMap(certificate ->
            found.get(HttpSettingTable.TLS_KEY).map(key -> new TlsFiles(certificate, key)));
  }

  private Optional<ImportedKey> tokenKey(Path file, TokenAlgorithm algorithm) {
    try {
      ImportedKey key = ImportedKey.parse(Files.readString(file));
      if (key.algorithm() == algorithm) {
        return Optional.of(key);
      }
      mistakes.add(
          "token.key: signs with " + key.algorithm() + ", but token.algorithm is " + algorithm);
    } catch (IOException e) {
      mistakes.add("token.key: " + file + " cannot be read");
    } catch (IllegalArgumentException e) {
      mistakes.add("token.key: " + file + ": " + e.getMessage());
    }
    return Optional.empty();
  }
}
