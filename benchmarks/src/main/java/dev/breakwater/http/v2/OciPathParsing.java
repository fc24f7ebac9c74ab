package dev.breakwater.http.v2;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which endpoint a path is; here because it is read within its package. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OciPathParsing {
  private static final String DIGEST = "a".repeat(64);

  @Benchmark
  public Optional<?> manifestByTag() {
    return OciPath.parse("/v2/team/group/app/manifests/v1.2.3");
  }

  @Benchmark
  public Optional<?> blob() {
    return OciPath.parse("/v2/team/group/app/blobs/sha256:" + DIGEST);
  }

  @Benchmark
  public Optional<?> upload() {
    return OciPath.parse("/v2/team/group/app/blobs/uploads/01890a5d-ac96-774b-bcce-b302099a8057");
  }
}
