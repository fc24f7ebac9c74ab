package dev.breakwater.core.verify;

import dev.breakwater.core.oci.DigestAlgorithm;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The blobs whose digests begin alike: a 256th of those of one algorithm.
 *
 * @param prefix the first two hexadecimal characters
 */
public record Section(DigestAlgorithm algorithm, String prefix) {
  /** All of them, in the order of their digests. */
  public static List<Section> all() {
    return Arrays.stream(DigestAlgorithm.values())
        .flatMap(algorithm ->
            IntStream.range(0, 256)
                .mapToObj(n -> new Section(algorithm, HexFormat.of().toHexDigits((byte) n))))
        .toList();
  }

  /** Less than every digest in it, compared byte by byte. */
  public String begin() {
    return algorithm.label() + ":" + prefix;
  }

  /** Greater than every digest in it, and less than all that follow. */
  public String end() {
    return begin() + "g";
  }
}
