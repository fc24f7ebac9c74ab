package dev.breakwater.http.v2;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.manifest.ListReferrers;
import dev.breakwater.core.manifest.Referrer;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.repository.ListRepositories;
import dev.breakwater.core.tag.ListTags;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The lists: tags (end-8), referrers (end-12) and the catalog. */
public final class ListHandler {
  private static final int DEFAULT_PAGE = 1_000;
  private static final int MAX_PAGE = 10_000;
  private static final int CATALOG_PAGE = 100;
  private static final int REFERRERS_PAGE = 100;

  private final ListTags tags;
  private final ListReferrers referrers;
  private final ListRepositories repositories;

  public ListHandler(ListTags tags, ListReferrers referrers, ListRepositories repositories) {
    this.tags = tags;
    this.referrers = referrers;
    this.repositories = repositories;
  }

  Mono<Void> tags(Exchange exchange, OciPath.Tags path) {
    exchange.route("v2_tags");
    Methods.require(exchange, "GET");
    int limit = Paging.limit(exchange, DEFAULT_PAGE, MAX_PAGE);
    return tags.list(exchange.caller(), path.repository(), Paging.after(exchange), limit)
        .flatMap(page -> {
          if (page.more() && limit > 0) {
            Paging.linkNext(exchange, limit, page.tags().getLast(), "");
          }
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("name", path.repository().value());
          body.put("tags", page.tags());
          return exchange.sendBytes(200, "application/json", Json.write(body));
        });
  }

  Mono<Void> catalog(Exchange exchange) {
    exchange.route("v2_catalog");
    Methods.require(exchange, "GET");
    int limit = Paging.limit(exchange, CATALOG_PAGE, MAX_PAGE);
    return repositories
        .list(exchange.caller(), Paging.after(exchange), limit)
        .flatMap(page -> {
          if (page.more() && limit > 0) {
            Paging.linkNext(exchange, limit, page.names().getLast(), "");
          }
          byte[] body = Json.write(Map.of("repositories", page.names()));
          return exchange.sendBytes(200, "application/json", body);
        });
  }

  Mono<Void> referrers(Exchange exchange, OciPath.Referrers path) {
    exchange.route("v2_referrers");
    Methods.require(exchange, "GET");
    int limit = Math.max(1, Paging.limit(exchange, REFERRERS_PAGE, ListReferrers.MAX_PAGE));
    List<String> types =
        exchange.parameters("artifactType").stream().filter(type -> isMediaType(type)).toList();
    boolean nothingMatches = types.isEmpty() && exchange.parameter("artifactType").isPresent();
    Optional<Digest> after = Paging.after(exchange).map(Digest::parse);
    return referrers
        .list(exchange.caller(), path.repository(), path.subject(), types, after, limit)
        .map(page -> nothingMatches ? new ListReferrers.Page(List.of(), false) : page)
        .flatMap(page -> sendReferrers(exchange, page, limit));
  }

  private static Mono<Void> sendReferrers(Exchange exchange, ListReferrers.Page page, int limit) {
    List<String> types = exchange.parameters("artifactType");
    if (!types.isEmpty()) {
      exchange.response().header("OCI-Filters-Applied", "artifactType");
    }
    if (page.more()) {
      StringBuilder filters = new StringBuilder();
      types.forEach(type -> filters.append("&artifactType=").append(Paging.encode(type)));
      String last = page.referrers().getLast().digest().toString();
      Paging.linkNext(exchange, limit, last, filters.toString());
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("schemaVersion", 2);
    body.put("mediaType", MediaTypes.OCI_INDEX);
    body.put("manifests", page.referrers().stream().map(ListHandler::descriptor).toList());
    return exchange.sendBytes(200, MediaTypes.OCI_INDEX, Json.write(body));
  }

  private static Map<String, Object> descriptor(Referrer referrer) {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", referrer.mediaType());
    descriptor.put("digest", referrer.digest().toString());
    descriptor.put("size", referrer.size());
    referrer.artifactType().ifPresent(type -> descriptor.put("artifactType", type));
    if (!referrer.annotations().isEmpty()) {
      descriptor.put("annotations", referrer.annotations());
    }
    return descriptor;
  }

  /** Other texts match no manifest, and rows cannot hold all of them. */
  private static boolean isMediaType(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
