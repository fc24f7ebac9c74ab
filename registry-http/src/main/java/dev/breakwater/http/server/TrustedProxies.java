package dev.breakwater.http.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Decides whose {@code X-Forwarded-*} headers count: those that come from an address in the list.
 * From anybody else they are ignored.
 */
public final class TrustedProxies {
  private final List<IpSubnetFilterRule> networks;

  private TrustedProxies(List<IpSubnetFilterRule> networks) {
    this.networks = networks;
  }

  /**
   * @param cidrs such as {@code 10.0.0.0/8} or {@code ::1/128}
   */
  public static TrustedProxies of(List<String> cidrs) {
    return new TrustedProxies(cidrs.stream().map(TrustedProxies::rule).toList());
  }

  ClientAddress resolve(HttpServerRequest request, boolean secure, String fallbackHost) {
    InetSocketAddress remote = request.remoteAddress();
    HttpHeaders headers = request.requestHeaders();
    String scheme = secure ? "https" : "http";
    String host = headers.get("Host");
    String peer = remote == null ? "-" : remote.getAddress().getHostAddress();
    if (remote != null && isTrusted(remote)) {
      String forwardedScheme = last(headers.get("X-Forwarded-Proto"));
      if (forwardedScheme != null && forwardedScheme.matches("https?")) {
        scheme = forwardedScheme;
      }
      String forwardedHost = last(headers.get("X-Forwarded-Host"));
      host = forwardedHost == null ? host : forwardedHost;
      String forwardedFor = last(headers.get("X-Forwarded-For"));
      peer = forwardedFor != null && isPlain(forwardedFor) ? forwardedFor : peer;
    }
    return new ClientAddress(scheme, host != null && isPlain(host) ? host : fallbackHost, peer);
  }

  private boolean isTrusted(InetSocketAddress remote) {
    for (IpSubnetFilterRule network : networks) {
      if (network.matches(remote)) {
        return true;
      }
    }
    return false;
  }

  private static IpSubnetFilterRule rule(String cidr) {
    int slash = cidr.indexOf('/');
    return new IpSubnetFilterRule(
        cidr.substring(0, slash),
        Integer.parseInt(cidr.substring(slash + 1)),
        IpFilterRuleType.ACCEPT);
  }

  /** Each proxy appends what it saw: the last value is the one that the trusted proxy wrote. */
  private static @Nullable String last(@Nullable String list) {
    return list == null ? null : list.substring(list.lastIndexOf(',') + 1).strip();
  }

  /** It goes into headers and log lines: nothing but what hosts and addresses are made of. */
  private static boolean isPlain(String host) {
    if (host.isEmpty() || host.length() > 300) {
      return false;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && ".-_:[]".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
