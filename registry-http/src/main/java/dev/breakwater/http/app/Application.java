package dev.breakwater.http.app;

import dev.breakwater.core.quota.RecountQuotas;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.app.config.HttpSettings;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.body.TransferMetrics;
import dev.breakwater.http.management.ManagementServer;
import dev.breakwater.http.management.Readiness;
import dev.breakwater.http.management.RuntimeMetrics;
import dev.breakwater.http.server.Draining;
import dev.breakwater.http.server.HttpMetrics;
import dev.breakwater.http.server.ReadOnlyMode;
import dev.breakwater.http.server.RegistryServer;
import dev.breakwater.http.server.ServerOptions;
import dev.breakwater.http.server.TlsCertificate;
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
  private static final Duration EXPIRY_PERIOD = Duration.ofSeconds(4);
  private static final Duration ACTIVITY_PERIOD = Duration.ofMillis(200);
  private static final Duration UPLOAD_PERIOD = Duration.ofSeconds(1);
  private static final Duration FOLD_PERIOD = Duration.ofSeconds(2);
  private static final int FOLDED = 10_000;
  private static final Duration AUDIT_PERIOD = Duration.ofHours(6);
  private static final Duration KEY_ROTATION_PERIOD = Duration.ofMinutes(10);
  private static final Duration FAREWELL = Duration.ofSeconds(5);
  private static final Duration CERTIFICATE_PERIOD = Duration.ofSeconds(5);

  private final Settings settings;
  private final Pools pools;
  private final Storage storage;
  private final Replicas replicas;
  private final Identity identity;
  private final Jobs jobs;
  private final UseCases useCases;
  private final ApiRouter api;
  private final LoopResources loops;
  private final Readiness readiness;
  private final DisposableServer server;
  private final DisposableServer management;
  private final PeriodicWork periodic;
  private final Optional<String> newPassword;

  private Application(
      Settings settings,
      Pools pools,
      Storage storage,
      Replicas replicas,
      Identity identity,
      Jobs jobs,
      UseCases useCases,
      ApiRouter api,
      LoopResources loops,
      Readiness readiness,
      DisposableServer server,
      DisposableServer management,
      PeriodicWork periodic,
      Optional<String> newPassword) {
    this.settings = settings;
    this.pools = pools;
    this.storage = storage;
    this.replicas = replicas;
    this.identity = identity;
    this.jobs = jobs;
    this.useCases = useCases;
    this.api = api;
    this.loops = loops;
    this.readiness = readiness;
    this.server = server;
    this.management = management;
    this.periodic = periodic;
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
    Replicas replicas = Replicas.open(settings, storage.database());
    Identity identity =
        Identity.open(settings, storage.database(), replicas::sessions, replicas.buckets(), clock);
    Optional<String> newPassword = AdministratorSetup.run(settings, identity);
    UseCases useCases =
        UseCases.wire(
            settings,
            storage,
            identity.authorizer(),
            identity.audit(),
            identity.configuration(),
            pools.blobIoScheduler(),
            pools.timer(),
            clock);

    Readiness readiness = new Readiness(storage.checks(), replicas.checks());
    LoopResources loops = LoopResources.create("http");
    HttpMetrics httpMetrics = new HttpMetrics(meters);
    TransferMetrics transferMetrics = new TransferMetrics(meters);
    RequestBodies bodies =
        new RequestBodies(
            pools.blobIo(), settings.http().stallTimeout(), pools.timer(), transferMetrics);
    HttpFamilies http =
        new HttpFamilies(settings, identity, useCases, bodies, transferMetrics, pools);
    ApiRouter api = http.api(storage, readiness, clock);
    Jobs jobs =
        Jobs.wire(
            storage.database(),
            replicas,
            identity,
            identity.directories().syslog(),
            pools,
            List.of(
                useCases.garbageCollector(),
                Rules.retention(storage.database(), useCases, clock),
                new RecountQuotas(useCases.quotas())),
            settings.jobs(),
            meters,
            clock);
    JsonBodies json = new JsonBodies(bodies, pools.blobIoScheduler());
    jobs.addTo(api, json);
    jobs.whenProjectIsDeleted(useCases.linkCache()::forgetAll);
    Rules.addRetentionTo(api, identity, storage.database(), jobs, json);
    DisposableServer server =
        bound(
            new RegistryServer(
                    options(settings.http()),
                    new Draining(
                        new ReadOnlyMode(identity.configuration()), () -> !readiness.isAccepting()),
                    http.families(api),
                    httpMetrics,
                    loops,
                    transferMetrics::uploads)
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
            replicas,
            identity,
            jobs,
            useCases,
            api,
            loops,
            readiness,
            server,
            management,
            new PeriodicWork(pools.timer()),
            newPassword);
    application.startPeriodicWork(certificate, clock);
    replicas.start(useCases.manifestCache(), useCases.linkCache(), pools.timer());
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
    readiness.stopAccepting();
    awaitBalancers(settings.http().shutdownDelay());
    log.info("stopping: running transfers have {} s", settings.http().shutdownGrace().toSeconds());
    periodic.close();
    finishTransfers();
    management.disposeNow(Duration.ofSeconds(1));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block();
    noteLast();
    jobs.close();
    replicas.close();
    identity.close();
    storage.close();
    pools.close();
    log.info("stopped");
  }

  /** What takes longer than its grace is broken off; clients go on with it elsewhere, or later. */
  private void finishTransfers() {
    try {
      server.disposeNow(settings.http().shutdownGrace());
    } catch (IllegalStateException e) {
      log.warn(
          "transfers that did not end within {} s are broken off",
          settings.http().shutdownGrace().toSeconds());
    }
  }

  /** Until nobody sends new requests here, they are answered. */
  private static void awaitBalancers(Duration delay) {
    if (delay.isPositive()) {
      log.info("not ready any more; requests are taken for another {}", delay);
      Mono.delay(delay).block();
    }
  }

  /** Uploads, pulls and pushes of the last moment; nobody makes any more. */
  private void noteLast() {
    try {
      useCases
          .pushBlob()
          .keepOlderThan(Duration.ZERO)
          .then(useCases.activity().flush())
          .block(FAREWELL);
    } catch (RuntimeException e) {
      log.warn("the last uploads are forgotten, and the last pulls not counted: {}", e.toString());
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

  private void startPeriodicWork(Optional<TlsCertificate> certificate, Clock clock) {
    Mono<Long> staleUploads =
        Mono.defer(() ->
            storage.blobs().removeStaleUploads(settings.storage().uploadExpiry(), clock.instant()));
    periodic
        .add(useCases.purgeUploads().purge().then(staleUploads), PURGE_PERIOD)
        .add(identity.audit().prepare(), AUDIT_PERIOD)
        .add(useCases.garbageCollector().expire(), EXPIRY_PERIOD)
        .add(useCases.garbageCollector().forgetTagChanges(), PURGE_PERIOD)
        .add(useCases.activity().flush(), ACTIVITY_PERIOD)
        .add(useCases.pushBlob().keepOlderThan(UPLOAD_PERIOD), UPLOAD_PERIOD)
        .add(useCases.foldUsage().fold(FOLDED), FOLD_PERIOD)
        .add(useCases.quotas().removeExpired(), PURGE_PERIOD)
        .add(identity.sessions().purge(), PURGE_PERIOD)
        .add(identity.refreshTokens().purge(), PURGE_PERIOD);
    if (settings.tokenKey().isEmpty() && settings.tokenKeyRotation().isPositive()) {
      periodic.add(identity.keys().rotateIfOlder(settings.tokenKeyRotation()), KEY_ROTATION_PERIOD);
    }
    certificate.ifPresent(tls ->
        periodic.add(
            Mono.fromRunnable(tls::reloadIfChanged).subscribeOn(pools.blobIoScheduler()),
            CERTIFICATE_PERIOD));
  }
}
