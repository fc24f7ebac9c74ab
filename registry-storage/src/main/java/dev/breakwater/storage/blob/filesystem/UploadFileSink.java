package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.blob.BlobSink;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the file of an upload. The file is opened by the first write, so that it is opened,
 * written and closed by the same worker, whatever becomes of the request meanwhile.
 */
final class UploadFileSink implements BlobSink {
  private final Path file;
  private final long offset;
  private final RoomAhead room;
  private @Nullable FileChannel channel;
  private long position;

  /**
   * @param offset where to write; whatever the file holds behind it is cut off
   * @param linux reserves room for large files, where it can
   */
  UploadFileSink(Path file, long offset, Optional<LinuxFiles> linux) {
    this.file = file;
    this.offset = offset;
    this.position = offset;
    this.room = new RoomAhead(linux, file, offset);
  }

  @Override
  public void write(ByteBuffer[] batch, int count) throws IOException {
    FileChannel open = opened();
    long remaining = 0;
    for (int i = 0; i < count; i++) {
      remaining += batch[i].remaining();
    }
    room.writeUpTo(position + remaining);
    int first = 0;
    while (remaining > 0) {
      long written = open.write(batch, first, count - first);
      remaining -= written;
      position += written;
      while (first < count && !batch[first].hasRemaining()) {
        first++;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (room) {
      if (channel != null) {
        channel.close();
      }
    }
  }

  private FileChannel opened() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      long size = channel.size();
      if (size < offset) {
        throw new EOFException(
            "upload " + file.getFileName() + " has " + size + " bytes, not the expected " + offset);
      }
      channel.truncate(offset).position(offset);
    }
    return channel;
  }
}
