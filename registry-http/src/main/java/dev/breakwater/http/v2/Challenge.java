package dev.breakwater.http.v2;

import dev.breakwater.http.server.ClientAddress;
import java.util.List;

/**
 * The {@code WWW-Authenticate} header. The realm is on the scheme, host and port that the client
 * used: some clients refuse to send credentials anywhere else.
 *
 * @param service the name of this registry in tokens
 */
public record Challenge(String service) {
  /**
   * @param scopes what a token would have to hold; may be empty
   * @param error {@code invalid_token}, {@code insufficient_scope} or empty
   */
  String render(ClientAddress client, List<String> scopes, String error) {
    StringBuilder header =
        new StringBuilder("Bearer realm=\"")
            .append(client.baseUrl())
            .append("/service/token\",service=\"")
            .append(service)
            .append('"');
    if (!scopes.isEmpty()) {
      header.append(",scope=\"").append(String.join(" ", scopes)).append('"');
    }
    if (!error.isEmpty()) {
      header.append(",error=\"").append(error).append('"');
    }
    return header.toString();
  }
}
