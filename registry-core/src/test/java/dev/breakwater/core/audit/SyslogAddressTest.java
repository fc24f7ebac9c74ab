package dev.breakwater.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogAddressTest {
  @Test
  void takesTcpAndTheUsualPortsForGranted() {
    assertThat(SyslogAddress.parse("logs.example.com"))
        .hasValue(new SyslogAddress(false, "logs.example.com", 514));
    assertThat(SyslogAddress.parse("logs.example.com:10514"))
        .hasValue(new SyslogAddress(false, "logs.example.com", 10514));
    assertThat(SyslogAddress.parse("tls://logs.example.com"))
        .hasValue(new SyslogAddress(true, "logs.example.com", 6514));
    assertThat(SyslogAddress.parse("TCP://[::1]:514"))
        .hasValue(new SyslogAddress(false, "[::1]", 514));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "udp://a:1", "http://a", "tcp://a:99999", "tcp://u@a:1", "tcp://a/b", "a b"})
  void knowsWhatIsNone(String text) {
    assertThat(SyslogAddress.parse(text)).isEmpty();
  }
}
