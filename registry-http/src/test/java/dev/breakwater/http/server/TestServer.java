package dev.breakwater.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.login.Authenticator;
import dev.breakwater.auth.login.Door;
import dev.breakwater.auth.login.LoginThrottle;
import dev.breakwater.auth.login.RefreshTokens;
import dev.breakwater.auth.login.UserLogin;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.auth.robot.RobotLogin;
import dev.breakwater.auth.token.TokenAlgorithm;
import dev.breakwater.auth.token.TokenKeys;
import dev.breakwater.auth.token.TokenService;
import dev.breakwater.auth.token.TokenSettings;
import dev.breakwater.auth.token.TokenVerifier;
import dev.breakwater.auth.user.LocalLogin;
import dev.breakwater.core.allowlist.InMemoryAllowlistRepository;
import dev.breakwater.core.allowlist.ProjectAllowlists;
import dev.breakwater.core.limit.SharedBuckets;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.NewProject;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.robot.InMemoryRobotRepository;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.token.InMemoryRefreshTokenRepository;
import dev.breakwater.core.token.InMemorySigningKeyRepository;
import dev.breakwater.core.token.InMemoryTokenRootRepository;
import dev.breakwater.core.transaction.InMemoryTransactions;
import dev.breakwater.core.user.InMemoryUserRepository;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.volume.ListVolumes;
import dev.breakwater.core.volume.Volume;
import dev.breakwater.http.api.AnswerCheck;
import dev.breakwater.http.api.ApiErrors;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.project.ProjectOperations;
import dev.breakwater.http.api.system.SystemFacts;
import dev.breakwater.http.api.system.SystemOperations;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.body.TransferMetrics;
import dev.breakwater.http.login.HeaderAuthentication;
import dev.breakwater.http.token.TokenErrors;
import dev.breakwater.http.token.TokenHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/**
 * The management API and the token service on a port of this machine, on rows in memory, with the
 * users {@code admin} and {@code alice} and the public project {@code library}.
 */
public final class TestServer implements AutoCloseable {
  public static final String PASSWORD = "Harbour:12345";

  public final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  public final Map<String, String> health = new LinkedHashMap<>(Map.of("database", "ok"));
  public final Authenticator authenticator;
  public volatile Configuration configuration = Configuration.DEFAULTS;

  /** What reading the settings ends with, instead of settings. */
  public volatile @Nullable RuntimeException failure;

  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final LoopResources loops = LoopResources.create("http-test", 1, true);
  private final Scheduler workers = Schedulers.newSingle("worker-test");
  private final HttpClient client = HttpClient.newHttpClient();
  private final DisposableServer server;

  public TestServer() {
    Clock clock = Clock.systemUTC();
    TokenSettings settings =
        new TokenSettings(TokenAlgorithm.ES256, Duration.ofMinutes(30), "breakwater", "registry");
    TokenKeys keys =
        new TokenKeys(
            new InMemorySigningKeyRepository(),
            new InMemoryTokenRootRepository(),
            SecretBox.withKey("a secret key for tests, long enough"),
            pool,
            settings,
            clock);
    keys.open(Optional.empty()).block();
    TokenVerifier verifier = new TokenVerifier(keys, pool, settings, clock);
    PasswordHasher hasher = new PasswordHasher(pool, 1000);
    Mono<IdentityRules> rules = Mono.just(IdentityRules.DEFAULT);
    LocalLogin logins = new LocalLogin(users(hasher), hasher);
    RobotLogin robots = new RobotLogin(new InMemoryRobotRepository(), hasher, rules, clock);
    authenticator =
        new Authenticator(
            logins,
            robots,
            new UserLogin(logins, Map.of(), rules),
            (_, _, _) -> Mono.empty(),
            List.of(),
            verifier,
            new LoginThrottle(SharedBuckets.NONE),
            rules);
    Authorizer authorizer =
        new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(false));
    RequestBodies bodies =
        new RequestBodies(
            Runnable::run,
            Duration.ofSeconds(5),
            workers,
            new TransferMetrics(new SimpleMeterRegistry()));

    ApiRouter router = new ApiRouter(new HeaderAuthentication(authenticator, Door.API));
    new SystemOperations(
            new SystemFacts("0.1.0", Optional.empty(), "filesystem", Mono.empty()),
            Mono.fromSupplier(() -> health),
            settings(),
            new ListVolumes(() -> Mono.just(List.of(new Volume(10, 5))), authorizer),
            clock)
        .addTo(router);
    new ProjectOperations(
            new ProjectService(
                projects,
                authorizer,
                new InMemoryTransactions(),
                (_, _) -> Mono.empty(),
                Mono.just(NewProject.UNLIMITED),
                () -> {}),
            new ProjectAllowlists(new InMemoryAllowlistRepository()),
            new JsonBodies(bodies, workers))
        .addTo(router);
    TokenService tokens =
        new TokenService(keys, verifier, authorizer, pool, settings, rules, clock);
    TokenHandler token =
        new TokenHandler(
            new HeaderAuthentication(authenticator, Door.TOKEN_SERVICE),
            authenticator::login,
            tokens,
            new RefreshTokens(new InMemoryRefreshTokenRepository(), logins, robots, clock),
            bodies);
    server = bind(router, token);
    projects.create(ProjectName.parse("library"), true, 1).block();
  }

  private static InMemoryUserRepository users(PasswordHasher hasher) {
    InMemoryUserRepository users = new InMemoryUserRepository();
    hasher
        .hash(PASSWORD)
        .flatMap(hash ->
            users
                .create(NewUser.local("admin", null, "", "", true, hash))
                .then(users.create(NewUser.local("alice", null, "", "", false, hash))))
        .block();
    return users;
  }

  private ConfigurationSource settings() {
    return () ->
        Mono.defer(() -> {
          RuntimeException wrong = failure;
          return wrong == null ? Mono.just(configuration) : Mono.error(wrong);
        });
  }

  private DisposableServer bind(ApiRouter router, TokenHandler token) {
    ServerOptions options =
        new ServerOptions(
            "127.0.0.1",
            0,
            Optional.empty(),
            65_536,
            16_384,
            100,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            List.of());
    RegistryServer http =
        new RegistryServer(
            options,
            new ReadOnlyMode(settings()),
            List.of(
                new ApiFamily("/service/", token, new TokenErrors()),
                new ApiFamily("/", router, new ApiErrors())),
            new HttpMetrics(new SimpleMeterRegistry()),
            loops,
            () -> 0);
    return Objects.requireNonNull(http.bind(Optional.empty()).block(Duration.ofSeconds(30)));
  }

  public String host() {
    return "127.0.0.1:" + server.port();
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send(request(path).GET(), headers);
  }

  public HttpResponse<String> post(String path, String type, String body, String... headers) {
    return send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", type),
        headers);
  }

  public HttpResponse<String> send(String method, String path, String... headers) {
    return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()), headers);
  }

  /** The status of a GET whose target no client library would send. */
  public int rawStatus(String target) {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String request = "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpRequest whole = request.build();
      HttpResponse<String> response = client.send(whole, HttpResponse.BodyHandlers.ofString());
      AnswerCheck.verify(
          whole.method(),
          whole.uri().getRawPath(),
          response.statusCode(),
          response.headers(),
          response.body().getBytes(UTF_8));
      return response;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public static String[] as(String username) {
    return basic(username, PASSWORD);
  }

  public static String[] basic(String username, String password) {
    byte[] pair = (username + ":" + password).getBytes(UTF_8);
    return new String[] {"Authorization", "Basic " + Base64.getEncoder().encodeToString(pair)};
  }

  @Override
  public void close() {
    client.shutdownNow();
    server.disposeNow(Duration.ofSeconds(5));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
    workers.dispose();
    pool.close();
  }
}
