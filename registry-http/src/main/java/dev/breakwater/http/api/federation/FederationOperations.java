package dev.breakwater.http.api.federation;

import dev.breakwater.core.federation.FederationService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Ids;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** {@code /federations}: which tokens of other issuers act as which robot. */
public final class FederationOperations {
  private static final String FEDERATIONS = "/api/v2.0/federations";
  private static final String ONE = FEDERATIONS + "/{federation_id}";

  private final FederationService federations;
  private final JsonBodies bodies;

  public FederationOperations(FederationService federations, JsonBodies bodies) {
    this.federations = federations;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", FEDERATIONS, "listFederations", this::list)
        .add("POST", FEDERATIONS, "createFederation", this::create)
        .add("GET", ONE, "getFederation", this::get)
        .add("PUT", ONE, "updateFederation", this::update)
        .add("DELETE", ONE, "deleteFederation", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return federations
        .list(exchange.caller(), page.request(exchange))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(
              exchange, 200, found.elements().stream().map(FederationJson::of).toList());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(FederationJson::parse)
        .flatMap(terms -> federations.create(exchange.caller(), terms))
        .flatMap(made -> {
          exchange.response().header("Location", FEDERATIONS + "/" + made.id());
          return exchange.sendEmpty(201);
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return federations
        .find(exchange.caller(), id(path))
        .flatMap(found -> ApiAnswers.json(exchange, 200, FederationJson.of(found)));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = id(path);
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(FederationJson::parse)
        .flatMap(terms -> federations.update(exchange.caller(), id, terms))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return federations
        .delete(exchange.caller(), id(path))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static long id(PathParameters path) {
    return Ids.parse("federation_id", path.get(0));
  }
}
