package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process and everything it has started, so that a database that runs beside a server is counted
 * as part of it.
 *
 * @param root its process id
 */
public record ProcessTree(long root) {
  private static final Path PROC = Path.of("/proc");

  /**
   * The unit of times in {@code /proc/PID/stat}: the kernel always shows a hundredth of a second.
   */
  private static final double TICKS_PER_SECOND = 100;

  /** The root comes first. */
  public List<Long> pids() throws IOException {
    Map<Long, List<Long>> children = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        String[] stat = stat(pid);
        if (stat.length > 1) {
          children.computeIfAbsent(Long.parseLong(stat[1]), _ -> new ArrayList<>()).add(pid);
        }
      }
    }
    List<Long> found = new ArrayList<>(List.of(root));
    for (int i = 0; i < found.size(); i++) {
      found.addAll(children.getOrDefault(found.get(i), List.of()));
    }
    return found;
  }

  /** User and system time so far, of those that have ended, too. */
  public double cpuSeconds() throws IOException {
    double seconds = 0;
    for (long pid : pids()) {
      seconds += cpuSeconds(pid);
    }
    return seconds;
  }

  /** The same without those that the root has started and that go on. */
  double cpuSecondsOfRoot() {
    return cpuSeconds(root);
  }

  private static double cpuSeconds(long pid) {
    String[] stat = stat(pid);
    long ticks = 0;
    // utime, stime, cutime and cstime are the fields 14 to 17 of proc(5); ours begin with the
    // third.
    for (int field = 11; field < 15 && field < stat.length; field++) {
      ticks += Long.parseLong(stat[field]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /**
   * Bytes that were given to files so far, whether the disk has them yet or not; those of processes
   * that have ended are missing.
   */
  public long bytesWritten() throws IOException {
    long bytes = 0;
    for (long pid : pids()) {
      bytes += bytesWritten(pid);
    }
    return bytes;
  }

  private static long bytesWritten(long pid) throws IOException {
    try {
      for (String line : Files.readAllLines(PROC.resolve(pid + "/io"))) {
        if (line.startsWith("write_bytes:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      if (stat(pid).length == 0 || stat(pid)[0].equals("Z")) {
        return 0;
      }
      throw e;
    }
  }

  /** Proportional set size: pages that several processes share are counted once. */
  public double pssMegabytes() throws IOException {
    long kibibytes = 0;
    for (long pid : pids()) {
      kibibytes += pss(pid);
    }
    return kibibytes * 1024 / 1e6;
  }

  private static long pss(long pid) throws IOException {
    try {
      for (String line : Files.readAllLines(PROC.resolve(pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      // One that is about to end has no memory any more, but still a name.
      if (String.valueOf(e.getMessage()).endsWith("No such process")
          || stat(pid).length == 0
          || stat(pid)[0].equals("Z")) {
        return 0;
      }
      throw e;
    }
  }

  /** The fields behind the name, which may hold anything; none when the process is gone. */
  private static String[] stat(long pid) {
    try {
      String line = Files.readString(PROC.resolve(pid + "/stat"));
      return line.substring(line.lastIndexOf(')') + 2).split(" ");
    } catch (IOException _) {
      return new String[0];
    }
  }
}
