package dev.breakwater.auth.ldap;

import com.unboundid.ldap.sdk.NameResolver;
import dev.breakwater.core.outbound.AddressRule;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks names up and hands out permitted addresses only; the connection is made to those. */
final class GuardedNames extends NameResolver {
  private final AddressRule rule;

  GuardedNames(AddressRule rule) {
    this.rule = rule;
  }

  @Override
  public InetAddress getByName(String host) throws UnknownHostException {
    return rule.require(host, InetAddress.getByName(host));
  }

  @Override
  public InetAddress[] getAllByName(String host) throws UnknownHostException {
    InetAddress[] all = InetAddress.getAllByName(host);
    for (InetAddress address : all) {
      rule.require(host, address);
    }
    return all;
  }

  @Override
  public void toString(StringBuilder buffer) {
    buffer.append("GuardedNames");
  }
}
