package dev.breakwater.http.client;

import dev.breakwater.core.outbound.AddressRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses that are written as numbers: they are not looked up, so they are checked by this. */
final class Addresses {
  private Addresses() {}

  /**
   * @param host a name, about which nothing is said here, or an address, perhaps in brackets
   */
  static void requirePermitted(AddressRule rule, String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(bare);
    if (literal != null) {
      rule.require(host, address(literal));
    }
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
