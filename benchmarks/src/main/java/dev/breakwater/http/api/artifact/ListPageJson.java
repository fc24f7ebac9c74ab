package dev.breakwater.http.api.artifact;

import dev.breakwater.core.artifact.Artifact;
import dev.breakwater.core.artifact.ArtifactTag;
import dev.breakwater.core.artifact.ReadArtifacts.Wanted;
import dev.breakwater.core.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Answers of a hundred rows; here because artifacts are rendered within their package. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ListPageJson {
  private static final int ROWS = 100;
  private static final Instant TIME = Instant.parse("2026-01-01T12:00:00Z");
  private static final Wanted WANTED = new Wanted(true, false, false, false, false);

  private final List<Artifact> artifacts =
      IntStream.range(0, ROWS).mapToObj(ListPageJson::artifact).toList();
  private final List<String> tags =
      IntStream.range(0, ROWS).mapToObj("v1.0.%d"::formatted).toList();

  @Benchmark
  public byte[] artifacts() {
    return Json.write(
        artifacts.stream().map(artifact -> ArtifactJson.json(artifact, WANTED)).toList());
  }

  @Benchmark
  public byte[] tags() {
    return Json.write(Map.of("name", "team/group/app", "tags", tags));
  }

  private static Artifact artifact(int number) {
    ArtifactTag tag =
        new ArtifactTag(number, number, 1, "v1.0." + number, TIME, Optional.of(TIME), false);
    return new Artifact(
        number,
        1,
        1,
        "team/group/app",
        "sha256:%064x".formatted(number),
        "IMAGE",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.config.v1+json",
        1_000_000,
        TIME,
        Optional.of(TIME),
        Optional.empty(),
        "{\"os\":\"linux\",\"architecture\":\"amd64\"}",
        "{}",
        Optional.empty(),
        new Artifact.Details(List.of(tag), List.of(), List.of(), List.of(), List.of()));
  }
}
