package dev.breakwater.http.app;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.federation.FederatedLogin;
import dev.breakwater.auth.federation.KeySets;
import dev.breakwater.auth.login.Authenticator;
import dev.breakwater.auth.login.LoginThrottle;
import dev.breakwater.auth.login.RefreshTokens;
import dev.breakwater.auth.login.UserLogin;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.auth.token.TokenKeys;
import dev.breakwater.auth.token.TokenService;
import dev.breakwater.auth.token.TokenVerifier;
import dev.breakwater.auth.user.FirstAdministrator;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.federation.FederationRepository;
import dev.breakwater.core.federation.FederationService;
import dev.breakwater.core.limit.SharedBuckets;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.robot.RobotRepository;
import dev.breakwater.core.robot.RobotService;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.secret.SecretKeyCheck;
import dev.breakwater.core.session.SessionRepository;
import dev.breakwater.core.session.Sessions;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.systemconfig.ConfiguredRules;
import dev.breakwater.core.systemconfig.StoredConfiguration;
import dev.breakwater.core.user.OwnPermissions;
import dev.breakwater.core.user.RegisterUser;
import dev.breakwater.core.user.UserAccountRepository;
import dev.breakwater.core.user.UserChanges;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.core.user.UserSecrets;
import dev.breakwater.core.user.UserService;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.federation.PgFederationRepository;
import dev.breakwater.storage.sql.permission.PgRoleRepository;
import dev.breakwater.storage.sql.project.PgProjectRepository;
import dev.breakwater.storage.sql.robot.PgRobotRepository;
import dev.breakwater.storage.sql.secret.PgSecretKeyFingerprintRepository;
import dev.breakwater.storage.sql.session.PgSessionRepository;
import dev.breakwater.storage.sql.systemconfig.PgConfigurationRepository;
import dev.breakwater.storage.sql.token.PgRefreshTokenRepository;
import dev.breakwater.storage.sql.token.PgSigningKeyRepository;
import dev.breakwater.storage.sql.token.PgTokenRootRepository;
import dev.breakwater.storage.sql.user.PgUserAccountRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Who is calling, and what they may do. */
record Identity(
    ProjectRepository projects,
    AuditTrail audit,
    StoredConfiguration configuration,
    Directories directories,
    Authorizer authorizer,
    Authenticator authenticator,
    LocalLogin localLogin,
    RobotLogin robotLogin,
    FederatedLogin federatedLogin,
    Sessions sessions,
    UserService users,
    RegisterUser registration,
    UserSecrets userSecrets,
    OwnPermissions ownPermissions,
    RobotService robots,
    FederationService federations,
    RefreshTokens refreshTokens,
    TokenService tokens,
    TokenKeys keys,
    FirstAdministrator firstAdministrator,
    CryptoPool passwordPool,
    CryptoPool tokenPool)
    implements AutoCloseable {
  private static final int SECRET_KEY_LENGTH = 43;

  /** Opens the keys and makes sure that they can be read with our secret key. Blocks. */
  static Identity open(Settings settings, Database database, Clock clock) throws IOException {
    return open(settings, database, rows -> rows, SharedBuckets.NONE, clock);
  }

  /**
   * The same beside other replicas.
   *
   * @param sessionCopies adds copies of sessions that replicas share
   * @param buckets where failed log-ins are counted together
   */
  static Identity open(
      Settings settings,
      Database database,
      UnaryOperator<SessionRepository> sessionCopies,
      SharedBuckets buckets,
      Clock clock)
      throws IOException {
    // Apart, so that a flood of log-ins delays no token, and takes half of the cores at most.
    int cores = Runtime.getRuntime().availableProcessors();
    CryptoPool passwordPool = new CryptoPool("crypto", Math.max(1, cores / 2));
    CryptoPool tokenPool = new CryptoPool("token", cores);
    SecretBox box = SecretBox.withKey(secretKey(settings));
    new SecretKeyCheck(new PgSecretKeyFingerprintRepository(database)).check(box).block();
    ProjectRepository projects = new PgProjectRepository(database);
    UserRepository users = new PgUserRepository(database);
    StoredConfiguration configuration =
        new StoredConfiguration(
            new PgConfigurationRepository(database), box, settings.configuration());
    AuditTrail audit = new AuditTrail(new PgAuditRepository(database), configuration, clock);
    audit.prepare().then(Mono.defer(audit::refresh)).block();
    PasswordHasher hasher = new PasswordHasher(passwordPool);
    Mono<IdentityRules> rules = Mono.defer(configuration::current).map(ConfiguredRules::of);
    Authorizer authorizer =
        new Authorizer(
            projects, new PgRoleRepository(database), () -> everyoneMayCreate(configuration));
    Directories directories =
        Directories.wire(
            settings.outbound(),
            configuration,
            database,
            users,
            authorizer,
            audit,
            box,
            tokenPool,
            clock);
    TokenKeys keys =
        new TokenKeys(
            new PgSigningKeyRepository(database),
            new PgTokenRootRepository(database),
            box,
            tokenPool,
            settings.token(),
            clock);
    keys.open(settings.tokenKey()).block();
    if (settings.database().url().isEmpty()) {
      new TokenRootFile(settings.dataDirectory())
          .write(Objects.requireNonNull(keys.rootCertificate().block()));
    }
    RobotRepository robots = new PgRobotRepository(database);
    LocalLogin localLogin = new LocalLogin(users, hasher, directories.ldapWatch());
    RobotLogin robotLogin = new RobotLogin(robots, hasher, rules, clock);
    Sessions sessions =
        new Sessions(
            sessionCopies.apply(new PgSessionRepository(database)), database, audit, rules, clock);
    LoginThrottle throttle = new LoginThrottle(buckets);
    UserAccountRepository accounts = new PgUserAccountRepository(database);
    UserChanges changes =
        new UserChanges(
            users,
            authorizer,
            database,
            audit,
            user -> {
              localLogin.changed(user);
              sessions.forget();
            });
    FederationRepository federations = new PgFederationRepository(database);
    FederatedLogin federated =
        new FederatedLogin(
            federations,
            robotLogin,
            directories.outbound(),
            tokenPool,
            throttle,
            database,
            audit,
            clock);
    TokenVerifier verifier = new TokenVerifier(keys, tokenPool, settings.token(), clock);
    return new Identity(
        projects,
        audit,
        configuration,
        directories,
        authorizer,
        new Authenticator(
            localLogin,
            robotLogin,
            new UserLogin(localLogin, directories.logins(), rules),
            federated,
            List.of(directories.idTokenLogin()),
            verifier,
            throttle,
            rules),
        localLogin,
        robotLogin,
        federated,
        sessions,
        new UserService(users, accounts, directories.oidcUsers(), authorizer, changes),
        new RegisterUser(users, accounts, authorizer, hasher, changes, rules),
        new UserSecrets(users, accounts, directories.oidcUsers(), hasher, changes, rules),
        new OwnPermissions(projects, authorizer),
        new RobotService(
            robots, projects, authorizer, database, audit, hasher, robotLogin, rules, clock),
        new FederationService(
            federations, robots, authorizer, database, audit, new KeySets(), federated::forget),
        new RefreshTokens(new PgRefreshTokenRepository(database), localLogin, robotLogin, clock),
        new TokenService(keys, verifier, authorizer, tokenPool, settings.token(), rules, clock),
        keys,
        new FirstAdministrator(users, hasher),
        passwordPool,
        tokenPool);
  }

  private static Mono<Boolean> everyoneMayCreate(ConfigurationSource configuration) {
    return configuration
        .current()
        .map(current ->
            current.text(ConfigurationItem.PROJECT_CREATION_RESTRICTION).equals("everyone"));
  }

  @Override
  public void close() {
    directories.close();
    passwordPool.close();
    tokenPool.close();
  }

  private static String secretKey(Settings settings) throws IOException {
    return settings.secretKey().isPresent()
        ? settings.secretKey().map(Secret::value).orElseThrow()
        : new PrivateFile(settings.dataDirectory().resolve("secret.key"))
            .readOrCreate(SECRET_KEY_LENGTH);
  }
}
