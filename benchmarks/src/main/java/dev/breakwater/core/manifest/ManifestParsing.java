package dev.breakwater.core.manifest;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading what is pushed; here because it is read within its package. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManifestParsing {
  private static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final byte[] image =
      ("{\"schemaVersion\":2,\"mediaType\":\""
              + IMAGE
              + "\",\"config\":"
              + descriptor("application/vnd.oci.image.config.v1+json", 0)
              + ",\"layers\":["
              + descriptors("application/vnd.oci.image.layer.v1.tar+gzip", 12)
              + "]}")
          .getBytes(StandardCharsets.UTF_8);
  private final byte[] index =
      ("{\"schemaVersion\":2,\"mediaType\":\""
              + INDEX
              + "\",\"manifests\":["
              + descriptors(IMAGE, 8)
              + "]}")
          .getBytes(StandardCharsets.UTF_8);

  @Benchmark
  public ManifestDocument imageOfTwelveLayers() {
    return ManifestParser.parse(IMAGE, image);
  }

  @Benchmark
  public ManifestDocument indexOfEightImages() {
    return ManifestParser.parse(INDEX, index);
  }

  private static String descriptors(String mediaType, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> descriptor(mediaType, n))
        .collect(Collectors.joining(","));
  }

  private static String descriptor(String mediaType, int number) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%064x\",\"size\":%d}"
        .formatted(mediaType, number, 1000 + number);
  }
}
