package dev.breakwater.storage.blob.filesystem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves the disk's blocks for a file that grows, some ahead of what is written. The file system
 * has less to do then for every block that comes, a quarter of what writing costs, and the file
 * lies in fewer pieces. What is left over is given back when the upload becomes a blob.
 *
 * <p>Nothing depends on it: where no room can be reserved, writing tells why. The file is opened by
 * its name, which may have become another replica's: then some of that one's room is reserved, and
 * nothing else happens.
 */
final class RoomAhead implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RoomAhead.class);

  /** So much of the disk an unfinished upload holds at most, beside its bytes. */
  static final long STEP = 8L * 1024 * 1024;

  /** Files that stay smaller are left alone. */
  static final long WORTH = 1024 * 1024;

  private final Optional<LinuxFiles> linux;
  private final Path file;
  private final long from;
  private long reserved;
  private int descriptor = -1;
  private boolean over;

  /**
   * @param linux reserves; empty: nobody does
   * @param from where writing begins
   */
  RoomAhead(Optional<LinuxFiles> linux, Path file, long from) {
    this.linux = linux;
    this.file = file;
    this.from = from;
    this.over = linux.isEmpty();
  }

  /** Before a file that exists is written up to this position. */
  void writeUpTo(long position) throws IOException {
    if (over || position <= reserved || position - from <= WORTH) {
      return;
    }
    LinuxFiles files = linux.orElseThrow();
    if (descriptor < 0) {
      descriptor = files.open(file, LinuxFiles.O_WRONLY);
      reserved = position;
    }
    long end = position + STEP;
    if (descriptor < 0 || files.reserve(descriptor, reserved, end - reserved) != 0) {
      log.debug("no room can be reserved for {}", file.getFileName());
      over = true;
      return;
    }
    reserved = end;
  }

  /**
   * Gives back what was reserved behind the end of a file. Only for whoever is alone with it: what
   * somebody else appends meanwhile would be cut off.
   */
  static void trim(Optional<LinuxFiles> linux, Path file, long length) throws IOException {
    if (length <= WORTH || linux.isEmpty()) {
      return;
    }
    LinuxFiles files = linux.get();
    int opened = files.open(file, LinuxFiles.O_WRONLY);
    if (opened < 0) {
      return;
    }
    try {
      if (files.truncate(opened, length) != 0) {
        log.debug("what was reserved for {} stays reserved", file.getFileName());
      }
    } finally {
      files.close(opened);
    }
  }

  @Override
  public void close() throws IOException {
    if (descriptor >= 0) {
      linux.orElseThrow().close(descriptor);
      descriptor = -1;
    }
  }
}
