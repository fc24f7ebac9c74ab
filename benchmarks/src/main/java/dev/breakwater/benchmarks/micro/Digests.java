package dev.breakwater.benchmarks.micro;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a digest costs that is read, and one that is made of the bytes of a manifest or a layer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Digests {
  private static final long SEED = 7;

  private final byte[] manifest = bytes(1024);
  private final byte[] layer = bytes(1024 * 1024);
  private final String text = Digest.compute(DigestAlgorithm.SHA256, manifest).toString();

  @Benchmark
  public Digest parse() {
    return Digest.parse(text);
  }

  @Benchmark
  public Digest ofAManifest() {
    return Digest.compute(DigestAlgorithm.SHA256, manifest);
  }

  @Benchmark
  public Digest ofAMebibyte() {
    return Digest.compute(DigestAlgorithm.SHA256, layer);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }
}
