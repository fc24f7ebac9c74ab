package dev.breakwater.core.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.0.3",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "192.0.0.192",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254"
      })
  void refusesThisMachineItsLinkAndMetadataServices(String address) throws UnknownHostException {
    assertThat(new AddressRule(false).permits(InetAddress.getByName(address))).isFalse();
    assertThat(new AddressRule(true).permits(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "8.8.8.8",
        "fd12:3456::1",
        "2001:db8::1",
        "64:ff9b::808:808",
        "2002:808:808::"
      })
  void permitsPrivateAndPublicNetworks(String address) throws UnknownHostException {
    assertThat(new AddressRule(false).permits(InetAddress.getByName(address))).isTrue();
  }
}
