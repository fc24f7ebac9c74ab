package dev.breakwater.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the kernel use its memory once before anything is measured. In a virtual machine the host
 * finds a page only when it is first used, which here takes about two and a half seconds of system
 * time a GB: whoever writes files then pays for it, whatever they do themselves.
 */
final class FreshMemory {
  private static final long MOST_MEBIBYTES = 12 * 1024;
  private static final long LEFT_FREE_MEBIBYTES = 3 * 1024;

  private FreshMemory() {}

  /** Fills what is free, up to 12 GiB, with the pages of a file, and removes the file. */
  static void use(Path folder) throws IOException {
    Path file = folder.resolve("fresh-memory");
    byte[] mebibyte = new byte[1024 * 1024];
    long count = Math.min(MOST_MEBIBYTES, freeMebibytes() - LEFT_FREE_MEBIBYTES);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long i = 0; i < count; i++) {
        out.write(mebibyte);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static long freeMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemFree:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return 0;
  }
}
