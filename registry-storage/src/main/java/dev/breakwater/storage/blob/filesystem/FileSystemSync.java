package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code syncfs(2)}: makes everything that was written to one file system durable with one call.
 * Only offered where that is known to hold: Linux 5.8 or newer (before, errors of write-back got
 * lost) on ext4 or xfs.
 */
final class FileSystemSync implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileSystemSync.class);
  private static final Set<String> KNOWN = Set.of("ext4", "xfs");
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private final MethodHandle syncfs;
  private final MethodHandle close;
  private final int descriptor;

  private FileSystemSync(MethodHandle syncfs, MethodHandle close, int descriptor) {
    this.syncfs = syncfs;
    this.close = close;
    this.descriptor = descriptor;
  }

  /** Empty where single files and folders have to be synced instead. */
  static Optional<FileSystemSync> open(Path root) {
    try {
      if (!kernelReportsErrors() || !KNOWN.contains(Files.getFileStore(root).type())) {
        return Optional.empty();
      }
      return bind(root);
    } catch (IOException | RuntimeException e) {
      log.debug("syncfs is not available", e);
      return Optional.empty();
    }
  }

  void sync() throws IOException {
    int result;
    try {
      result = (int) syncfs.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IOException("syncfs cannot be called", e);
    }
    if (result != 0) {
      throw new IOException("syncfs failed: the file system reports an error of writing");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      int ignored = (int) close.invokeExact(descriptor);
      log.trace("closed {}", ignored);
    } catch (Throwable e) {
      throw new IOException("close cannot be called", e);
    }
  }

  private static Optional<FileSystemSync> bind(Path root) throws IOException {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    MethodHandle open =
        handle(
            linker,
            lookup,
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    FunctionDescriptor ofDescriptor =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    MethodHandle syncfs = handle(linker, lookup, "syncfs", ofDescriptor);
    MethodHandle close = handle(linker, lookup, "close", ofDescriptor);
    int descriptor = openFolder(open, root);
    return descriptor < 0
        ? Optional.empty()
        : Optional.of(new FileSystemSync(syncfs, close, descriptor));
  }

  private static MethodHandle handle(
      Linker linker,
      SymbolLookup lookup,
      String name,
      FunctionDescriptor descriptor,
      Linker.Option... options) {
    return linker.downcallHandle(lookup.findOrThrow(name), descriptor, options);
  }

  private static int openFolder(MethodHandle open, Path root) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(root.toAbsolutePath().toString());
      return (int) open.invokeExact(path, O_RDONLY | O_CLOEXEC);
    } catch (Throwable e) {
      throw new IOException("open cannot be called", e);
    }
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
