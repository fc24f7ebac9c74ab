package dev.breakwater.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processes that work in a data directory: the embedded PostgreSQL's change into it. */
final class OwnedProcesses {
  private OwnedProcesses() {}

  /** Their process ids. */
  static List<Long> in(Path dataDirectory) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> worksIn(pid, dataDirectory))
        .toList();
  }

  /** What a process and its descendants hold in memory, shared pages divided among their users. */
  static long proportionalSetSizeInBytes(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToLong(process -> proportionalSetSizeInBytes(process.pid()))
        .sum();
  }

  private static boolean worksIn(long pid, Path dataDirectory) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).startsWith(dataDirectory);
    } catch (IOException e) {
      return false;
    }
  }

  private static long proportionalSetSizeInBytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
