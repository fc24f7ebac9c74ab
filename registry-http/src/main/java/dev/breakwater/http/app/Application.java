package dev.breakwater.http.app;

import dev.breakwater.auth.login.Door;
import dev.breakwater.auth.user.FirstAdministrator;
import dev.breakwater.core.manifest.Activity;
import dev.breakwater.core.quota.RecountQuotas;
import dev.breakwater.http.api.ApiErrors;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.federation.FederationOperations;
import dev.breakwater.http.api.robot.RobotOperations;
import dev.breakwater.http.api.user.UserOperations;
import dev.breakwater.http.app.config.HttpSettings;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.body.BlobOutbound;
import dev.breakwater.http.body.PumpMetrics;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.login.BrowserAuthentication;
import dev.breakwater.http.login.Forms;
import dev.breakwater.http.login.HeaderAuthentication;
import dev.breakwater.http.login.LoginErrors;
import dev.breakwater.http.login.LoginOperations;
import dev.breakwater.http.login.SessionStarter;
import dev.breakwater.http.management.ManagementServer;
import dev.breakwater.http.management.Readiness;
import dev.breakwater.http.management.RuntimeMetrics;
import dev.breakwater.http.server.ApiFamily;
import dev.breakwater.http.server.HttpMetrics;
import dev.breakwater.http.server.ReadOnlyMode;
import dev.breakwater.http.server.RegistryServer;
import dev.breakwater.http.server.ServerOptions;
import dev.breakwater.http.server.TlsCertificate;
import dev.breakwater.http.token.TokenErrors;
import dev.breakwater.http.token.TokenHandler;
import dev.breakwater.http.v2.BlobHandler;
import dev.breakwater.http.v2.Challenge;
import dev.breakwater.http.v2.ListHandler;
import dev.breakwater.http.v2.ManifestHandler;
import dev.breakwater.http.v2.OciErrors;
import dev.breakwater.http.v2.UploadHandler;
import dev.breakwater.http.v2.V2Handler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/**
 * The running program, put together: whoever wants to see how everything hangs together reads
 * {@link #start} and {@link UseCases}. {@link #close} lets running transfers finish and takes
 * everything down in the reverse order.
 */
public final class Application implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Application.class);
  private static final Duration PURGE_PERIOD = Duration.ofMinutes(10);
  private static final Duration EXPIRY_PERIOD = Duration.ofSeconds(20);
  private static final Duration ACTIVITY_PERIOD = Duration.ofMillis(200);
  private static final Duration FOLD_PERIOD = Duration.ofSeconds(5);
  private static final int FOLDED = 10_000;
  private static final Duration AUDIT_PERIOD = Duration.ofHours(6);
  private static final Duration CERTIFICATE_PERIOD = Duration.ofSeconds(5);
  private static final Duration FAREWELL = Duration.ofSeconds(5);
  private static final int PASSWORD_LENGTH = 20;

  private final Settings settings;
  private final Pools pools;
  private final Storage storage;
  private final Identity identity;
  private final Jobs jobs;
  private final Activity activity;
  private final ApiRouter api;
  private final LoopResources loops;
  private final Readiness readiness;
  private final DisposableServer server;
  private final DisposableServer management;
  private final Disposable.Composite periodic = Disposables.composite();
  private final Optional<String> newPassword;

  private Application(
      Settings settings,
      Pools pools,
      Storage storage,
      Identity identity,
      Jobs jobs,
      Activity activity,
      ApiRouter api,
      LoopResources loops,
      Readiness readiness,
      DisposableServer server,
      DisposableServer management,
      Optional<String> newPassword) {
    this.settings = settings;
    this.pools = pools;
    this.storage = storage;
    this.identity = identity;
    this.jobs = jobs;
    this.activity = activity;
    this.api = api;
    this.loops = loops;
    this.readiness = readiness;
    this.server = server;
    this.management = management;
    this.newPassword = newPassword;
  }

  /**
   * Starts everything and returns when requests are answered. Blocks.
   *
   * @throws Exception when something cannot be started; the message is for the operator
   */
  public static Application start(Settings settings, Clock clock) throws Exception {
    // Before the first class of the HTTP library is loaded: two chunks are under way per download.
    System.setProperty("reactor.netty.send.maxPrefetchSize", "2");
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Pools pools = Pools.create(meters);
    Optional<TlsCertificate> certificate = loadCertificate(settings.http());
    Storage storage = Storage.open(settings, pools.blobIoScheduler());
    Identity identity = Identity.open(settings, storage.database(), clock);
    Optional<String> newPassword = createAdministrator(settings, identity);
    UseCases useCases =
        UseCases.wire(
            settings,
            storage,
            identity.authorizer(),
            identity.audit(),
            identity.configuration(),
            pools.blobIoScheduler(),
            clock);

    Readiness readiness = new Readiness(storage.checks());
    LoopResources loops = LoopResources.create("http");
    HttpMetrics httpMetrics = new HttpMetrics(meters);
    PumpMetrics pumpMetrics = new PumpMetrics(meters);
    RequestBodies bodies =
        new RequestBodies(
            pools.blobIo(), settings.http().stallTimeout(), pools.timer(), pumpMetrics);
    ApiRouter api = api(settings, storage, identity, useCases, readiness, bodies, pools, clock);
    Jobs jobs =
        Jobs.wire(
            storage.database(),
            identity,
            identity.directories().syslog(),
            pools,
            List.of(
                useCases.garbageCollector(),
                Rules.retention(storage.database(), useCases, clock),
                new RecountQuotas(useCases.quotas())),
            meters,
            clock);
    JsonBodies json = new JsonBodies(bodies, pools.blobIoScheduler());
    jobs.addTo(api, json);
    Rules.addRetentionTo(api, identity, storage.database(), jobs, json);
    DisposableServer server =
        bound(
            new RegistryServer(
                    options(settings.http()),
                    new ReadOnlyMode(identity.configuration()),
                    families(settings, api, identity, useCases, bodies, pools),
                    httpMetrics,
                    loops,
                    pumpMetrics::running)
                .bind(certificate),
            "http.port");
    RuntimeMetrics.bind(meters, loops.onServer(true));
    storage.bindMetrics(meters);
    DisposableServer management =
        bound(
            new ManagementServer(
                    settings.management().address(),
                    settings.management().port(),
                    meters,
                    readiness,
                    loops)
                .bind(),
            "management.port");
    Application application =
        new Application(
            settings,
            pools,
            storage,
            identity,
            jobs,
            useCases.activity(),
            api,
            loops,
            readiness,
            server,
            management,
            newPassword);
    application.startPeriodicWork(useCases, certificate, clock);
    jobs.start();
    readiness.startAccepting();
    return application;
  }

  /** What the operator reads first: the URL and how to log in. */
  String announcement() {
    return Announcement.of(settings, server.port(), newPassword);
  }

  /** The port of the registry: the one that the system chose, when 0 was asked for. */
  public int port() {
    return server.port();
  }

  /** The operations of the management API. */
  List<ApiRouter.Endpoint> endpoints() {
    return api.endpoints();
  }

  /** The port of metrics and health. */
  public int managementPort() {
    return management.port();
  }

  @Override
  public void close() throws IOException {
    log.info("stopping: running transfers have {}", settings.http().shutdownGrace());
    readiness.stopAccepting();
    periodic.dispose();
    server.disposeNow(settings.http().shutdownGrace());
    management.disposeNow(Duration.ofSeconds(1));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block();
    noteLast();
    jobs.close();
    identity.close();
    storage.close();
    pools.close();
    log.info("stopped");
  }

  /** Pulls and pushes of the last moment; nobody makes any more. */
  private void noteLast() {
    try {
      activity.flush().block(FAREWELL);
    } catch (RuntimeException e) {
      log.warn("the last pulls are not counted: {}", e.toString());
    }
  }

  private static DisposableServer bound(Mono<? extends DisposableServer> server, String setting)
      throws IOException {
    try {
      return Objects.requireNonNull(server.block());
    } catch (ChannelBindException e) {
      throw new IOException(
          "cannot listen on "
              + e.localHost()
              + ":"
              + e.localPort()
              + " ("
              + reason(e)
              + "): stop the program that does, or set "
              + setting,
          e);
    }
  }

  private static String reason(ChannelBindException e) {
    return e.getCause() == null ? "no reason given" : String.valueOf(e.getCause().getMessage());
  }

  private static List<ApiFamily> families(
      Settings settings,
      ApiRouter api,
      Identity identity,
      UseCases useCases,
      RequestBodies bodies,
      Pools pools) {
    V2Handler registry =
        new V2Handler(
            new HeaderAuthentication(identity.authenticator(), Door.REGISTRY),
            new ManifestHandler(
                useCases.pullManifest(),
                useCases.pushManifest(),
                useCases.deleteManifest(),
                bodies,
                pools.blobIoScheduler()),
            new BlobHandler(
                useCases.pullBlob(),
                useCases.deleteBlob(),
                new BlobOutbound(pools.blobIoScheduler())),
            new UploadHandler(useCases.pushBlob(), useCases.mountBlob(), bodies),
            new ListHandler(
                useCases.listTags(), useCases.listReferrers(), useCases.listRepositories()));
    TokenHandler tokens =
        new TokenHandler(
            new HeaderAuthentication(identity.authenticator(), Door.TOKEN_SERVICE),
            identity.authenticator()::login,
            identity.tokens(),
            identity.refreshTokens(),
            bodies);
    return List.of(
        new ApiFamily("/v2/", registry, new OciErrors(new Challenge(settings.token().service()))),
        new ApiFamily("/service/token/", tokens, new TokenErrors()),
        new ApiFamily("/c/", login(settings, identity, bodies, pools), new LoginErrors()),
        new ApiFamily("/", api, new ApiErrors()));
  }

  private static ApiRouter api(
      Settings settings,
      Storage storage,
      Identity identity,
      UseCases useCases,
      Readiness readiness,
      RequestBodies bodies,
      Pools pools,
      Clock clock) {
    ApiRouter router = new ApiRouter(browsers(identity, false));
    JsonBodies json = new JsonBodies(bodies, pools.blobIoScheduler());
    ManagementApi.addSystem(router, settings, identity, readiness, pools.blobIoScheduler(), clock);
    ManagementApi.addProjects(router, identity, storage.database(), useCases, json, clock);
    new RobotOperations(identity.robots(), json).addTo(router);
    identity.directories().addTo(router, json);
    new FederationOperations(identity.federations(), json).addTo(router);
    new UserOperations(
            identity.users(),
            identity.registration(),
            identity.userSecrets(),
            identity.ownPermissions(),
            json)
        .addTo(router);
    return router;
  }

  /** What browsers use to log in. */
  private static ApiRouter login(
      Settings settings, Identity identity, RequestBodies bodies, Pools pools) {
    ApiRouter router = new ApiRouter(browsers(identity, true));
    new LoginOperations(
            identity.authenticator(),
            identity.localLogin(),
            identity.registration(),
            identity.sessions(),
            new Forms(bodies))
        .addTo(router);
    identity
        .directories()
        .addLoginsTo(
            router,
            new JsonBodies(bodies, pools.blobIoScheduler()),
            new SessionStarter(identity.sessions()),
            settings.http().externalUrl());
    return router;
  }

  private static BrowserAuthentication browsers(Identity identity, boolean tokenAlways) {
    return new BrowserAuthentication(
        new HeaderAuthentication(identity.authenticator(), Door.API),
        identity.sessions(),
        identity.localLogin(),
        tokenAlways);
  }

  private static ServerOptions options(HttpSettings http) {
    return new ServerOptions(
        http.address(),
        http.port(),
        http.tls(),
        http.maxHeaderSize(),
        http.maxUriLength(),
        http.maxConnections(),
        http.idleTimeout(),
        http.stallTimeout(),
        http.trustedProxies());
  }

  private static Optional<TlsCertificate> loadCertificate(HttpSettings http) throws IOException {
    return http.tls().isPresent()
        ? Optional.of(TlsCertificate.load(http.tls().get()))
        : Optional.empty();
  }

  /** The password, when it was made up just now. */
  private static Optional<String> createAdministrator(Settings settings, Identity identity)
      throws IOException {
    FirstAdministrator first = identity.firstAdministrator();
    if (!Boolean.TRUE.equals(first.isMissing().block())) {
      return Optional.empty();
    }
    Optional<String> given = settings.adminPassword().map(Secret::value);
    if (given.isPresent()) {
      first.create(given.get()).block();
      return Optional.empty();
    }
    PrivateFile file = new PrivateFile(settings.dataDirectory().resolve("admin-password"));
    boolean kept = file.read().isPresent();
    String password = file.readOrCreate(PASSWORD_LENGTH);
    if (Boolean.TRUE.equals(first.create(password).block())) {
      return Optional.of(password);
    }
    if (!kept) {
      file.delete();
    }
    return Optional.empty();
  }

  private void startPeriodicWork(
      UseCases useCases, Optional<TlsCertificate> certificate, Clock clock) {
    Mono<Long> purge =
        useCases
            .purgeUploads()
            .purge()
            .then(
                Mono.defer(() ->
                    storage
                        .blobs()
                        .removeStaleUploads(settings.storage().uploadExpiry(), clock.instant())));
    periodic.add(repeat(purge, PURGE_PERIOD).subscribe());
    periodic.add(repeat(identity.audit().prepare(), AUDIT_PERIOD).subscribe());
    periodic.add(repeat(useCases.garbageCollector().expire(), EXPIRY_PERIOD).subscribe());
    periodic.add(repeat(useCases.activity().flush(), ACTIVITY_PERIOD).subscribe());
    periodic.add(repeat(useCases.foldUsage().fold(FOLDED), FOLD_PERIOD).subscribe());
    periodic.add(repeat(useCases.quotas().removeExpired(), PURGE_PERIOD).subscribe());
    periodic.add(repeat(identity.sessions().purge(), PURGE_PERIOD).subscribe());
    periodic.add(repeat(identity.refreshTokens().purge(), PURGE_PERIOD).subscribe());
    certificate.ifPresent(tls ->
        periodic.add(
            repeat(
                    Mono.fromRunnable(tls::reloadIfChanged).subscribeOn(pools.blobIoScheduler()),
                    CERTIFICATE_PERIOD)
                .subscribe()));
  }

  private Flux<?> repeat(Mono<?> work, Duration period) {
    return Flux.interval(period, period, pools.timer())
        .onBackpressureDrop()
        .concatMap(
            _ ->
                work.onErrorResume(
                    Exception.class,
                    error -> {
                      log.error("periodic work failed: {}", error.toString());
                      return Mono.empty();
                    }),
            1);
  }
}
