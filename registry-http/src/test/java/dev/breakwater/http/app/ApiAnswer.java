package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.http.HttpResponse;
import java.util.List;

/** An answer of the running registry. */
record ApiAnswer(HttpResponse<String> response) {
  int status() {
    return response.statusCode();
  }

  String body() {
    return response.body();
  }

  JsonValue json() {
    return Json.parse(body().getBytes(UTF_8));
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The value of a cookie that the answer sets; empty if it sets none of this name. */
  String cookie(String name) {
    return response.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.substring(name.length() + 1).split(";", 2)[0])
        .findFirst()
        .orElse("");
  }

  /** This, after making sure of its status. */
  ApiAnswer require(int status) {
    if (status() != status) {
      throw new AssertionError(status() + " instead of " + status + ": " + body());
    }
    return this;
  }

  /** A member of each element of the list. */
  List<String> texts(String member) {
    return require(200).json().elements().stream()
        .map(each -> each.get(member).text().orElseThrow())
        .toList();
  }

  /** Of the first error. */
  String code() {
    return json().get("errors").elements().getFirst().get("code").text().orElseThrow();
  }

  /** Of the first error. */
  String message() {
    return json().get("errors").elements().getFirst().get("message").text().orElseThrow();
  }

  /** The number at the end of the Location. */
  long id() {
    String location = header("Location");
    return Long.parseLong(location.substring(location.lastIndexOf('/') + 1));
  }
}
