package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.opendal.CloudException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of pieces, one after the other; reading blocks. They are hashed, and the last piece is
 * not given out if they are not what they should be: so whoever has read to the end has read the
 * right bytes.
 */
final class PieceStream extends InputStream {
  private final CloudObjects objects;
  private final Deque<Piece> pieces;
  private final Optional<Digest> expected;
  private final @Nullable MessageDigest hash;
  private byte[] bytes = new byte[0];
  private int next;

  /**
   * @param expected empty: whatever they are
   */
  PieceStream(CloudObjects objects, List<Piece> pieces, Optional<Digest> expected) {
    this.objects = objects;
    this.pieces = new ArrayDeque<>(pieces);
    this.expected = expected;
    this.hash = expected.map(digest -> digest.algorithm().newMessageDigest()).orElse(null);
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? bytes[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - next);
    System.arraycopy(bytes, next, target, offset, count);
    next += count;
    return count;
  }

  private boolean hasMore() throws IOException {
    while (next == bytes.length && !pieces.isEmpty()) {
      bytes = load(pieces.removeFirst());
      next = 0;
    }
    return next < bytes.length;
  }

  private byte[] load(Piece piece) throws IOException {
    byte[] loaded = get(piece);
    if (hash != null) {
      hash.update(loaded);
      if (pieces.isEmpty()) {
        requireExpected(hash);
      }
    }
    return loaded;
  }

  private byte[] get(Piece piece) throws IOException {
    try {
      return objects.read(piece.key(), piece.first(), piece.length()).toFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading " + piece.key());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CloudException known) {
        throw known.givenUp();
      }
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IOException(piece.key() + " cannot be read", e.getCause());
    }
  }

  private void requireExpected(MessageDigest whole) throws IOException {
    Digest wanted = expected.orElseThrow();
    Digest actual = Digest.of(wanted.algorithm(), whole.digest());
    if (!actual.equals(wanted)) {
      throw new CloudException(
          Kind.REFUSED,
          "the stored pieces of blob " + wanted + " have the digest " + actual + " together");
    }
  }
}
