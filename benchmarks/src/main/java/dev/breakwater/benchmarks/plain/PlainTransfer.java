package dev.breakwater.benchmarks.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Pushes an object in parts of 8 MiB, two at a time, and pulls it, on the library that Breakwater
 * speaks to S3 with. The bytes come from memory and are dropped when they come back: nothing is
 * hashed, kept or handed on.
 *
 * <p>Arguments: endpoint, bucket, access key, secret key, mebibytes. It prints {@code push} and
 * {@code pull} with their MB/s.
 */
public final class PlainTransfer {
  private static final int PART = 8 * 1024 * 1024;
  private static final int AT_ONCE = 2;
  private static final int WARM_UP_PARTS = 32;
  private static final Pattern UPLOAD = Pattern.compile("<UploadId>([^<]+)</UploadId>");

  private final HttpClient client = HttpClient.create();
  private final ByteBuffer part = ByteBuffer.allocateDirect(PART);
  private final PresignedUrl urls;
  private final String path;

  private PlainTransfer(PresignedUrl urls, String path) {
    this.urls = urls;
    this.path = path;
    byte[] content = new byte[PART];
    new Random().nextBytes(content);
    part.put(content).flip();
  }

  public static void main(String[] arguments) {
    PlainTransfer transfer =
        new PlainTransfer(
            new PresignedUrl(arguments[0], arguments[2], arguments[3]), arguments[1] + "/plain");
    transfer.push(WARM_UP_PARTS);
    transfer.pull();
    int parts = Integer.parseInt(arguments[4]) * 1024 * 1024 / PART;
    System.out.println("push " + rate(parts, () -> transfer.push(parts)));
    System.out.println("pull " + rate(parts, transfer::pull));
  }

  private static double rate(int parts, Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return parts * (double) PART / 1e6 / ((System.nanoTime() - begin) / 1e9);
  }

  private void push(int parts) {
    Matcher upload = UPLOAD.matcher(ask(Map.of("uploads", ""), ""));
    if (!upload.find()) {
      throw new IllegalStateException("the service began no upload");
    }
    String id = upload.group(1);
    String document =
        Flux.range(1, parts)
            .flatMapSequential(number -> put(id, number), AT_ONCE)
            .collect(
                Collectors.joining("", "<CompleteMultipartUpload>", "</CompleteMultipartUpload>"))
            .block();
    ask(Map.of("uploadId", id), Objects.requireNonNull(document));
  }

  /** What names the part when all of them are put together. */
  private Mono<String> put(String id, int number) {
    String url =
        urls.of("PUT", path, Map.of("partNumber", Integer.toString(number), "uploadId", id));
    return client
        .headers(headers -> headers.set("Content-Length", PART))
        .put()
        .uri(url)
        .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(part.duplicate())))
        .responseSingle((answer, body) ->
            body.then()
                .then(
                    answer.status().code() == 200
                        ? Mono.just(named(number, answer.responseHeaders().get("ETag")))
                        : Mono.error(new IllegalStateException("part: " + answer.status()))));
  }

  private static String named(int number, String entityTag) {
    return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + entityTag + "</ETag></Part>";
  }

  private void pull() {
    Long bytes =
        client
            .get()
            .uri(urls.of("GET", path, Map.of()))
            .response((answer, body) ->
                answer.status().code() == 200
                    ? body.map(chunk -> (long) chunk.readableBytes())
                    : Flux.error(new IllegalStateException("pull: " + answer.status())))
            .reduce(0L, Long::sum)
            .block();
    if (bytes == null || bytes < PART) {
      throw new IllegalStateException("only " + bytes + " bytes came");
    }
  }

  private String ask(Map<String, String> parameters, String document) {
    ByteBuf body = Unpooled.wrappedBuffer(document.getBytes(UTF_8));
    int length = body.readableBytes();
    String answer =
        client
            .headers(headers -> headers.set("Content-Length", length))
            .post()
            .uri(urls.of("POST", path, parameters))
            .send(Mono.just(body))
            .responseContent()
            .aggregate()
            .asString()
            .block();
    return answer == null ? "" : answer;
  }
}
