package dev.breakwater.benchmarks.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Addresses that an S3 server answers without further credentials.
 *
 * @param endpoint such as {@code http://127.0.0.1:9000}
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html">Signature
 *     Version 4 in query parameters</a>
 */
record PresignedUrl(String endpoint, String accessKey, String secretKey) {
  private static final String REGION = "us-east-1";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

  /**
   * @param path begins with the bucket
   */
  String of(String method, String path, Map<String, String> parameters) {
    String time = ZonedDateTime.now(ZoneOffset.UTC).format(TIME);
    String day = time.substring(0, 8);
    String scope = day + "/" + REGION + "/s3/aws4_request";
    SortedMap<String, String> query = new TreeMap<>(parameters);
    query.put("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    query.put("X-Amz-Credential", accessKey + "/" + scope);
    query.put("X-Amz-Date", time);
    query.put("X-Amz-Expires", "3600");
    query.put("X-Amz-SignedHeaders", "host");
    String encoded =
        query.entrySet().stream()
            .map(it -> encode(it.getKey()) + "=" + encode(it.getValue()))
            .collect(Collectors.joining("&"));
    String request =
        method
            + "\n/"
            + path
            + "\n"
            + encoded
            + "\nhost:"
            + endpoint.substring(endpoint.indexOf("//") + 2)
            + "\n\nhost\nUNSIGNED-PAYLOAD";
    String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hash(request);
    byte[] key = hmac(("AWS4" + secretKey).getBytes(UTF_8), day);
    for (String part : new String[] {REGION, "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    String signature = HexFormat.of().formatHex(hmac(key, toSign));
    return endpoint + "/" + path + "?" + encoded + "&X-Amz-Signature=" + signature;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC", e);
    }
  }
}
