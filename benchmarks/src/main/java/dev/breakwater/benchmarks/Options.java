package dev.breakwater.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to run.
 *
 * @param rows by name; all when empty
 * @param servers by name; all when empty
 * @param rounds how often each registry is visited
 * @param duration of one visit, where it is not given by the work
 * @param warmUp how long a registry is visited before a row counts, at least once
 * @param slowDuration how long slow clients stay slow
 * @param breakwater the assembled distribution
 * @param dockerRegistry Debian's program
 * @param distribution the program of distribution v3
 * @param zot its program, when it is to be visited
 * @param freshMemory whether the kernel is made to use its memory once before
 * @param target where the reports go, and the registries' data meanwhile
 * @param keep leave the data there
 */
record Options(
    Set<String> rows,
    Set<String> servers,
    int rounds,
    Duration duration,
    Duration warmUp,
    Duration slowDuration,
    Path breakwater,
    Path dockerRegistry,
    Path distribution,
    Optional<Path> zot,
    boolean freshMemory,
    Path target,
    boolean keep) {
  static final String USAGE =
      """
      benchmarks/run [options]

        --rows A,B          only these rows: %s
        --servers A,B       only these: breakwater, docker-registry, distribution, zot
        --rounds N          visits of each registry (3)
        --seconds N         length of one visit (8)
        --warm-up-seconds N how long each is visited before a row counts (20)
        --slow-seconds N    how long slow clients stay slow (15)
        --breakwater DIR    the assembled distribution (deploy/target/breakwater-*)
        --docker-registry F Debian's docker-registry (/usr/bin/docker-registry)
        --distribution F    distribution v3 (as deploy/test/install-clients makes it)
        --zot F             zot, which is left out when it is not given
        --no-fresh-memory   do not use the machine's memory once before: for a trial
        --target DIR        where the reports go (benchmarks/target/side-by-side)
        --keep              leave the registries' data there
      """;

  static Options parse(List<String> arguments) {
    Builder builder = new Builder();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--keep")) {
        builder.keep = true;
      } else if (name.equals("--no-fresh-memory")) {
        builder.freshMemory = false;
      } else if (i + 1 < arguments.size()) {
        i++;
        builder.set(name, arguments.get(i));
      } else {
        throw new IllegalArgumentException("unknown option, or one without a value: " + name);
      }
    }
    return builder.build();
  }

  private static final class Builder {
    private Set<String> rows = Set.of();
    private Set<String> servers = Set.of();
    private int rounds = 3;
    private int seconds = 8;
    private int warmUpSeconds = 20;
    private int slowSeconds = 15;
    private Path breakwater = Path.of("deploy/target/breakwater-0.1.0");
    private Path dockerRegistry = Path.of("/usr/bin/docker-registry");
    private Path distribution =
        Path.of(
            System.getenv().getOrDefault("HOME", "/"), ".cache/breakwater-tools/bin/distribution");
    private Optional<Path> zot = Optional.empty();
    private boolean freshMemory = true;
    private Path target = Path.of("benchmarks/target/side-by-side");
    private boolean keep;

    void set(String name, String value) {
      switch (name) {
        case "--rows" -> rows = Set.of(value.split(",", -1));
        case "--servers" -> servers = Set.of(value.split(",", -1));
        case "--rounds" -> rounds = positive(name, value);
        case "--seconds" -> seconds = positive(name, value);
        case "--warm-up-seconds" -> warmUpSeconds = positive(name, value);
        case "--slow-seconds" -> slowSeconds = positive(name, value);
        case "--breakwater" -> breakwater = Path.of(value);
        case "--docker-registry" -> dockerRegistry = Path.of(value);
        case "--distribution" -> distribution = Path.of(value);
        case "--zot" -> zot = Optional.of(Path.of(value).toAbsolutePath().normalize());
        case "--target" -> target = Path.of(value);
        default -> throw new IllegalArgumentException("unknown option: " + name);
      }
    }

    Options build() {
      return new Options(
          rows,
          servers,
          rounds,
          Duration.ofSeconds(seconds),
          Duration.ofSeconds(warmUpSeconds),
          Duration.ofSeconds(slowSeconds),
          breakwater.toAbsolutePath().normalize(),
          dockerRegistry.toAbsolutePath().normalize(),
          distribution.toAbsolutePath().normalize(),
          zot,
          freshMemory,
          target.toAbsolutePath().normalize(),
          keep);
    }

    private static int positive(String name, String value) {
      int number = Integer.parseInt(value);
      if (number < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, not " + value);
      }
      return number;
    }
  }
}
