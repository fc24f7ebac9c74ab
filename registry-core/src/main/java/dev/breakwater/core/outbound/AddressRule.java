package dev.breakwater.core.outbound;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * To which addresses the program connects when an administrator or a document of another system
 * names them. This machine, its link and the clouds' metadata services are refused, in whatever
 * form the address is written, unless the operator allows them. Private networks are allowed:
 * directories and providers live there.
 *
 * <p>It is asked with the address that is connected to, after names were looked up: asking by name
 * would let a name change its address in between.
 */
public final class AddressRule {
  private static final int ADDRESS_BYTES_V6 = 16;

  private final boolean allowInternal;

  /**
   * @param allowInternal the operator's {@code security.allow-internal-targets}
   */
  public AddressRule(boolean allowInternal) {
    this.allowInternal = allowInternal;
  }

  /** Whether a connection to the address may be made. */
  public boolean permits(InetAddress address) {
    return allowInternal || !isInternal(address);
  }

  /**
   * The address, if it is permitted.
   *
   * @param host how it was named, for the message
   * @throws RegistryException BAD_REQUEST if it is not
   */
  public InetAddress require(String host, InetAddress address) {
    if (permits(address)) {
      return address;
    }
    throw refused(host);
  }

  /** What a refusal is answered with; not the address, which could be news. */
  public static RegistryException refused(String host) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        "'"
            + Printable.shorten(host)
            + "' is an address of this machine or its link, which may not be connected to unless"
            + " the setting security.allow-internal-targets says so");
  }

  private static boolean isInternal(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isInternalV4(bytes) : isInternalV6(bytes);
  }

  private static boolean isInternalV4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    // "This network" (RFC 1122, 3.2.1.3), and what is reserved, with the broadcast address.
    return first == 0
        || first >= 240
        || is(bytes, 100, 100, 100, 200) // Alibaba Cloud's metadata
        || is(bytes, 192, 0, 0, 192); // Oracle Cloud's metadata
  }

  private static boolean isInternalV6(byte[] bytes) {
    // fd00:ec2::254, Amazon's metadata; fd20:ce::254, Google's.
    boolean metadata =
        (startsWith(bytes, 0xfd, 0x00, 0x0e, 0xc2) || startsWith(bytes, 0xfd, 0x20, 0x00, 0xce))
            && (bytes[14] & 0xff) == 0x02
            && (bytes[15] & 0xff) == 0x54;
    return metadata || embedded(bytes);
  }

  /** An address of version 4 in one of version 6: the gateway connects to the former. */
  private static boolean embedded(byte[] bytes) {
    boolean mapped =
        zeros(bytes, 0, 10) && (bytes[10] & 0xff) == 0xff && (bytes[11] & 0xff) == 0xff;
    boolean compatible = zeros(bytes, 0, 12);
    boolean translated = startsWith(bytes, 0x00, 0x64, 0xff, 0x9b); // RFC 6052, RFC 8215
    if (mapped || compatible || translated) {
      return isInternal(v4(bytes, ADDRESS_BYTES_V6 - 4));
    }
    boolean sixToFour = startsWith(bytes, 0x20, 0x02); // RFC 3056
    return sixToFour && isInternal(v4(bytes, 2));
  }

  private static InetAddress v4(byte[] bytes, int offset) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean zeros(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(byte[] bytes, int... all) {
    return startsWith(bytes, all);
  }
}
