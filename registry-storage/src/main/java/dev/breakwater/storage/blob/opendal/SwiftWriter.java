package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.opendal.CloudException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;

/**
 * Writes an object of Swift in one request. The library would gather all of it in memory first.
 * Whatever has not got its last byte is no object for Swift.
 */
final class SwiftWriter implements ObjectWriter {
  private static final int OVERTAKEN = 202;
  private static final int UNAUTHORIZED = 401;

  private final SwiftAccount account;
  private final HttpClient client;

  SwiftWriter(SwiftAccount account, HttpClient client) {
    this.account = account;
    this.client = client;
  }

  @Override
  public void write(String key, long size, InputStream source) throws IOException {
    try {
      SwiftSession session = account.session().toFuture().get();
      URI target = URI.create(session.storageUrl() + "/" + account.login().container() + "/" + key);
      HttpRequest request =
          HttpRequest.newBuilder(target)
              .header("X-Auth-Token", session.token())
              .header("Content-Type", "application/octet-stream")
              .PUT(body(size, source))
              .build();
      HttpResponse<?> answer = send(key, request);
      if (answer.statusCode() == UNAUTHORIZED) {
        account.refuse(session);
      }
      requireStored(key, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing " + key);
    } catch (ExecutionException e) {
      throw new IOException("no session for writing " + key, e.getCause());
    }
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  /** A network that fails may work a moment later; what the source says is final. */
  private HttpResponse<?> send(String key, HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, BodyHandlers.discarding());
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof CloudException known) {
          throw known;
        }
      }
      throw new CloudException(Kind.PASSING, "writing " + key + " broke off: " + e);
    }
  }

  private static BodyPublisher body(long size, InputStream source) {
    return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> source), size);
  }

  private static void requireStored(String key, HttpResponse<?> answer) throws IOException {
    int status = answer.statusCode();
    if (status / 100 != 2 || status == OVERTAKEN) {
      Kind kind =
          switch (status) {
            case OVERTAKEN -> Kind.OVERTAKEN;
            case UNAUTHORIZED -> Kind.PASSING;
            case 403 -> Kind.DENIED;
            case 413, 507 -> Kind.FULL;
            default ->
                status / 100 == 5 || status == 408 || status == 429 ? Kind.PASSING : Kind.REFUSED;
          };
      throw new CloudException(kind, "writing " + key + " was answered with " + status);
    }
  }
}
