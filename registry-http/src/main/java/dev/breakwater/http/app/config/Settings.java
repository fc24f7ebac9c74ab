package dev.breakwater.http.app.config;

import dev.breakwater.auth.token.ImportedKey;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.core.job.JobSettings;
import dev.breakwater.core.systemconfig.ConfigurationChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the operator decided.
 *
 * @param dataDirectory where everything is kept that no other setting places elsewhere
 * @param adminPassword the first password of the administrator; empty: make one up
 * @param secretKey empty: it is in the data directory, or has to be made up
 * @param tokenKey the operator's own signing key, of the algorithm in {@code token}
 * @param tokenKeyRotation after which time a signing key of our own is replaced; zero: never
 * @param configuration settings of the management API that the operator fixed
 */
public record Settings(
    Path dataDirectory,
    HttpSettings http,
    ManagementSettings management,
    Optional<Secret> adminPassword,
    Optional<Secret> secretKey,
    DatabaseSettings database,
    RedisSettings redis,
    StorageSettings storage,
    JobSettings jobs,
    TokenSettings token,
    Optional<ImportedKey> tokenKey,
    Duration tokenKeyRotation,
    OutboundSettings outbound,
    ConfigurationChange configuration,
    LogSettings log) {}
