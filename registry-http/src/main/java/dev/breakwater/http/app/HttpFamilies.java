package dev.breakwater.http.app;

import dev.breakwater.auth.login.Door;
import dev.breakwater.http.api.ApiErrors;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.federation.FederationOperations;
import dev.breakwater.http.api.robot.RobotOperations;
import dev.breakwater.http.api.user.UserOperations;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.body.BlobOutbound;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.body.TransferMetrics;
import dev.breakwater.http.login.BrowserAuthentication;
import dev.breakwater.http.login.Forms;
import dev.breakwater.http.login.HeaderAuthentication;
import dev.breakwater.http.login.LoginErrors;
import dev.breakwater.http.login.LoginOperations;
import dev.breakwater.http.login.SessionStarter;
import dev.breakwater.http.management.Readiness;
import dev.breakwater.http.server.ApiFamily;
import dev.breakwater.http.token.TokenErrors;
import dev.breakwater.http.token.TokenHandler;
import dev.breakwater.http.v2.BlobHandler;
import dev.breakwater.http.v2.Challenge;
import dev.breakwater.http.v2.LateUploads;
import dev.breakwater.http.v2.ListHandler;
import dev.breakwater.http.v2.ManifestHandler;
import dev.breakwater.http.v2.OciErrors;
import dev.breakwater.http.v2.UploadHandler;
import dev.breakwater.http.v2.V2Handler;
import java.time.Clock;
import java.util.List;

/** The families of addresses, and what answers in them. */
final class HttpFamilies {
  private final Settings settings;
  private final Identity identity;
  private final UseCases useCases;
  private final RequestBodies bodies;
  private final TransferMetrics transfers;
  private final Pools pools;

  HttpFamilies(
      Settings settings,
      Identity identity,
      UseCases useCases,
      RequestBodies bodies,
      TransferMetrics transfers,
      Pools pools) {
    this.settings = settings;
    this.identity = identity;
    this.useCases = useCases;
    this.bodies = bodies;
    this.transfers = transfers;
    this.pools = pools;
  }

  /**
   * All of them.
   *
   * @param api the management API, with all its operations
   */
  List<ApiFamily> families(ApiRouter api) {
    V2Handler registry =
        new V2Handler(
            new HeaderAuthentication(identity.authenticator(), Door.REGISTRY),
            new LateUploads(identity.authenticator(), useCases.pushBlob()),
            new ManifestHandler(
                useCases.pullManifest(),
                useCases.pushManifest(),
                useCases.deleteManifest(),
                bodies,
                pools.blobIoScheduler()),
            new BlobHandler(
                useCases.pullBlob(),
                useCases.deleteBlob(),
                new BlobOutbound(pools.blobIoScheduler(), transfers)),
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
        new ApiFamily("/c/", login(), new LoginErrors()),
        new ApiFamily("/", api, new ApiErrors()));
  }

  /** The management API; jobs and what needs them are to be added. */
  ApiRouter api(Storage storage, Readiness readiness, Clock clock) {
    ApiRouter router = new ApiRouter(browsers(false));
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
  private ApiRouter login() {
    ApiRouter router = new ApiRouter(browsers(true));
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

  private BrowserAuthentication browsers(boolean tokenAlways) {
    return new BrowserAuthentication(
        new HeaderAuthentication(identity.authenticator(), Door.API),
        identity.sessions(),
        identity.localLogin(),
        tokenAlways);
  }
}
