package dev.breakwater.storage.blob.opendal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.Operator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an object in parts. The library's stream can only be completed, by closing it, and not
 * given up. So one whose source or whose service failed is left as it is: closing it would put a
 * cut off blob in place. What it holds, at most two parts of native memory, is lost to the process,
 * and the parts that the service has are for the bucket's own rule to remove.
 */
final class PartsWriter implements ObjectWriter {
  private static final Logger log = LoggerFactory.getLogger(PartsWriter.class);

  private final Operators operators;
  private final int partSize;

  PartsWriter(Operators operators, int partSize) {
    this.operators = operators;
    this.partSize = partSize;
  }

  @Override
  public void write(String key, long size, InputStream source) throws IOException {
    AsyncOperator shared = operators.borrow(Optional.empty());
    try (Operator operator = shared.blocking()) {
      copy(operator, key, source);
    } catch (OpenDALException e) {
      throw CloudException.from(e);
    } finally {
      operators.giveBack();
    }
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  private void copy(Operator operator, String key, InputStream source) throws IOException {
    byte[] begin = source.readNBytes(1);
    OutputStream target = operator.createOutputStream(key, partSize);
    boolean copied = false;
    try {
      target.write(begin);
      source.transferTo(target);
      copied = true;
    } finally {
      if (!copied) {
        log.warn("gave up writing {}; its parts stay until the service removes them", key);
      }
    }
    target.close();
  }
}
