package dev.breakwater.benchmarks.micro;

import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.Order;
import dev.breakwater.core.query.QueryParser;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The parameters {@code q} and {@code sort} of lists. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueryParsing {
  @Benchmark
  public List<Condition> one() {
    return QueryParser.conditions("name=~app");
  }

  @Benchmark
  public List<Condition> four() {
    return QueryParser.conditions(
        "tags=*,labels=(1 2 3),push_time=[2026-01-01T00:00:00~2026-02-01T00:00:00],type={IMAGE"
            + " CHART}");
  }

  @Benchmark
  public List<Order> orders() {
    return QueryParser.orders("-push_time,name");
  }
}
