package dev.breakwater.auth.token;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;

/** What a client asks a token for; here because it is read within its package. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScopeParsing {
  @Benchmark
  public List<?> one() {
    return Scope.parseAll("repository:team/group/app:pull,push");
  }

  /** As docker asks when it mounts blobs of other repositories. */
  @Benchmark
  public List<?> three() {
    return Scope.parseAll(
        "repository:team/group/app:pull,push repository:library/base:pull repository:team/x:pull");
  }
}
