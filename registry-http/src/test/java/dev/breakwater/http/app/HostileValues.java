package dev.breakwater.http.app;

import java.util.List;
import java.util.random.RandomGenerator;

/** Values that no operation expects: as texts of parameters, and as pieces of JSON. */
final class HostileValues {
  private static final String LONG = "a".repeat(10_000);

  private static final List<String> TEXTS =
      List.of(
          "",
          "%20",
          "%00",
          "a%00b",
          "%ff",
          "%c0%af",
          "%ed%a0%80",
          "%f0%9f%92%a5",
          "%e2%80%ae%e2%80%8b",
          "%0d%0aX-Injected:%20yes",
          "-1",
          "0",
          "-0",
          "00",
          "1.5",
          "1e309",
          "NaN",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "99999999999999999999999999",
          "%d9%a1%d9%a2",
          "true",
          "null",
          "undefined",
          "[]",
          "%7B%7D",
          "'%3B%20DROP%20TABLE%20users%3B--",
          "1%20OR%201=1",
          "%25%25%27%5C",
          "*)(uid=*",
          "..",
          "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
          "%252e%252e%252f",
          "a%2fb%2fc",
          "a%252fb",
          "%5C..%5C",
          "%3Cscript%3Ealert(1)%3C/script%3E",
          "$%7Bjndi:ldap://x%7D",
          "%25s%25n%25x",
          "sha256:",
          "sha256:zz",
          "sha256:" + "0".repeat(64),
          "SHA512:" + "f".repeat(127),
          "a+b",
          "a%2bb",
          "a;b=c",
          LONG);

  private static final List<String> QUERIES =
      List.of(
          "name",
          "=",
          "=x",
          "name=",
          "name=~",
          "name=~%25",
          "name=~_",
          "name=~%5C",
          "name=%5B1~2%5D",
          "name=%5B~%5D",
          "id=%5Bx~y%5D",
          "id=%7B1%202%20x%7D",
          "id=%7B%7D",
          "id=(1%202)",
          "id=%5B1",
          "id=99999999999999999999",
          "id=-1",
          "creation_time=yesterday",
          "creation_time=%5B2020-13-45~x%5D",
          "creation_time=%5B0000-01-01%2000:00:00~9999-12-31%2023:59:59%5D",
          "push_time=%5B+999999999-01-01~%5D",
          "op_time=%5B2020-01-01%2000:00:00~2019-01-01%2000:00:00%5D",
          "no_such_field=1",
          "name=a,name=b",
          "name=%00",
          "tags=*,tags=nil",
          "labels=(x)",
          "labels=(1%202%209223372036854775808)",
          "base=*",
          "digest=%ff",
          ",,,,",
          "name=~" + "%25".repeat(500),
          "a=1,".repeat(2_000));

  private static final List<String> ORDERS =
      List.of("-", ",", "-,-", "no_such_field", "-name,name,-name", "name;", "name%20DESC", "--id");

  private static final List<String> JSON =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1.5",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "1e400",
          "-1e-400",
          "1" + "0".repeat(500),
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[{}]",
          "[1,\"a\",{}]",
          "{\"a\":{\"b\":[]}}",
          "{\"\":\"\"}",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"\\ud83d\\udca5\"",
          "\"\\r\\nX-Injected: yes\"",
          "\"'; DROP TABLE users;--\"",
          "\"*)(uid=*\"",
          "\"../../etc/passwd\"",
          "\"<script>alert(1)</script>\"",
          "\"-1\"",
          "\"9223372036854775808\"",
          "\"true\"",
          "\"*/0 * * * * *\"",
          "\"* * * * * * * *\"",
          "\"http://127.0.0.1:1/\"",
          "\"ldap://127.0.0.1:1\"",
          "\"file:///etc/passwd\"",
          "\"[\"",
          "\"{{{{a,b}\"",
          "\"\u00ff\u00fe\"",
          "\"" + LONG + "\"",
          "[" + "1,".repeat(2_000) + "1]",
          "[".repeat(900) + "]".repeat(900));

  private static final List<String> BODIES =
      List.of(
          "",
          " ",
          "null",
          "true",
          "1",
          "\"text\"",
          "[]",
          "[{}]",
          "{}",
          "{",
          "}",
          "{\"a\"",
          "{\"a\":1,}",
          "{'a':1}",
          "{\"a\":NaN}",
          "{}{}",
          "{\"name\":\"a\",\"name\":\"b\"}",
          "\u00ef\u00bb\u00bf{}",
          "{\"name\":\"\u00ff\u00fe\"}",
          "{\"name\":\"\u00c0\u00af\"}",
          "\u00ff\u00fe{\u0000}\u0000",
          "\u0000",
          "<xml/>",
          "a=b&c=d",
          "[".repeat(20_000),
          "{\"a\":".repeat(20_000),
          "{\"a\":\"" + LONG.repeat(7) + "\"}",
          "{\"a\":1" + "0".repeat(20_000) + "}");

  private final RandomGenerator random;

  HostileValues(RandomGenerator random) {
    this.random = random;
  }

  /** For a path or a query, encoded. */
  String text() {
    return any(TEXTS);
  }

  /** For a header: printable. */
  String header() {
    String text = text();
    return text.isEmpty() ? "-" : text;
  }

  /** For one of these names, what its own grammar stumbles over; else any text. */
  String query(String name) {
    return switch (name) {
      case "q" -> random.nextInt(4) == 0 ? text() : any(QUERIES);
      case "sort" -> random.nextInt(4) == 0 ? text() : any(ORDERS);
      default -> text();
    };
  }

  /** A value in JSON, each character a byte: not all are valid UTF-8. */
  String json() {
    return any(JSON);
  }

  /** A whole body, each character a byte. */
  String body() {
    return any(BODIES);
  }

  <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
