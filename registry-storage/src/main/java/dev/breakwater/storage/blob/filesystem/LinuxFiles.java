package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux does with files and Java does not offer. Only where it is known to do well: Linux 5.8
 * or newer (before, errors of write-back got lost) on ext4 or xfs.
 */
final class LinuxFiles {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;

  private static final Logger log = LoggerFactory.getLogger(LinuxFiles.class);
  private static final Set<String> KNOWN = Set.of("ext4", "xfs");
  private static final int O_CLOEXEC = 0x80000;
  private static final int KEEP_SIZE = 1;

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle syncfs;
  private final MethodHandle fallocate;
  private final MethodHandle ftruncate;

  private LinuxFiles(
      MethodHandle open,
      MethodHandle close,
      MethodHandle syncfs,
      MethodHandle fallocate,
      MethodHandle ftruncate) {
    this.open = open;
    this.close = close;
    this.syncfs = syncfs;
    this.fallocate = fallocate;
    this.ftruncate = ftruncate;
  }

  /** Empty where one has to do without. */
  static Optional<LinuxFiles> of(Path root) {
    try {
      return kernelReportsErrors() && KNOWN.contains(Files.getFileStore(root).type())
          ? Optional.of(bind())
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      log.debug("functions of the C library are not available", e);
      return Optional.empty();
    }
  }

  /** A descriptor, or a negative number. */
  int open(Path path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toAbsolutePath().toString());
      return (int) open.invokeExact(name, flags | O_CLOEXEC);
    } catch (Throwable e) {
      throw uncallable("open", e);
    }
  }

  void close(int descriptor) throws IOException {
    try {
      int ignored = (int) close.invokeExact(descriptor);
      log.trace("closed {}", ignored);
    } catch (Throwable e) {
      throw uncallable("close", e);
    }
  }

  /** {@code syncfs(2)}; 0 when all is on disk. */
  int sync(int descriptor) throws IOException {
    try {
      return (int) syncfs.invokeExact(descriptor);
    } catch (Throwable e) {
      throw uncallable("syncfs", e);
    }
  }

  /** {@code fallocate(2)} that leaves the length as it is; 0 when there was room. */
  int reserve(int descriptor, long offset, long length) throws IOException {
    try {
      return (int) fallocate.invokeExact(descriptor, KEEP_SIZE, offset, length);
    } catch (Throwable e) {
      throw uncallable("fallocate", e);
    }
  }

  /**
   * {@code ftruncate(2)}; 0 when done. Java's own does nothing when the length stays, and then what
   * was reserved stays, too.
   */
  int truncate(int descriptor, long length) throws IOException {
    try {
      return (int) ftruncate.invokeExact(descriptor, length);
    } catch (Throwable e) {
      throw uncallable("ftruncate", e);
    }
  }

  private static LinuxFiles bind() {
    ValueLayout.OfInt descriptor = ValueLayout.JAVA_INT;
    ValueLayout.OfInt result = ValueLayout.JAVA_INT;
    ValueLayout.OfInt flags = ValueLayout.JAVA_INT;
    ValueLayout.OfLong length = ValueLayout.JAVA_LONG;
    return new LinuxFiles(
        handle(
            "open",
            FunctionDescriptor.of(result, ValueLayout.ADDRESS, flags),
            Linker.Option.firstVariadicArg(2)),
        handle("close", FunctionDescriptor.of(result, descriptor)),
        handle("syncfs", FunctionDescriptor.of(result, descriptor)),
        handle("fallocate", FunctionDescriptor.of(result, descriptor, flags, length, length)),
        handle("ftruncate", FunctionDescriptor.of(result, descriptor, length)));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  private static IOException uncallable(String name, Throwable cause) {
    return new IOException(name + " cannot be called", cause);
  }

  private static boolean kernelReportsErrors() {
    String[] version = System.getProperty("os.version", "0.0").split("[.-]", 3);
    if (!System.getProperty("os.name", "").equals("Linux") || version.length < 2) {
      return false;
    }
    int major = Integer.parseInt(version[0]);
    return major > 5 || (major == 5 && Integer.parseInt(version[1]) >= 8);
  }
}
