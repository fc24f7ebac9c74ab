package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How many processors were kept busy by programs that have nothing to do with the measurement. What
 * they take makes rates smaller; CPU per operation hardly changes.
 */
public final class Others {
  private static final double TICKS_PER_SECOND = 100;

  private final ProcessTree ours = new ProcessTree(ProcessHandle.current().pid());
  private final double busy;
  private final double own;
  private final double clients;
  private final long begin;

  private Others() throws IOException {
    this.own = ours.cpuSeconds();
    this.clients = ours.cpuSecondsOfRoot();
    this.busy = busySeconds();
    this.begin = System.nanoTime();
  }

  /** Begins to look. */
  public static Others watch() throws IOException {
    return new Others();
  }

  /** How many processors this program and those that it ran meanwhile kept busy since then. */
  public double clients() {
    return (ours.cpuSecondsOfRoot() - clients) / seconds();
  }

  /** How many processors were busy since then, with whatever it was. */
  public double all() throws IOException {
    return (busySeconds() - busy) / seconds();
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The average since then; work that the kernel does on its own, such as writing, counts. */
  public double busyProcessors() throws IOException {
    double theirs = busySeconds() - busy - (ours.cpuSeconds() - own);
    return Math.max(0, theirs / seconds());
  }

  /** All processors: user, nice, system, interrupts and stolen time, but not idle and iowait. */
  private static double busySeconds() throws IOException {
    String line = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("");
    long[] times = Arrays.stream(line.split(" +")).skip(1).mapToLong(Long::parseLong).toArray();
    long idle = times[3] + times[4];
    // The last two, time of guests, are part of the first two.
    return (Arrays.stream(times).limit(8).sum() - idle) / TICKS_PER_SECOND;
  }
}
