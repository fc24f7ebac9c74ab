package dev.breakwater.http.app.config;

import static dev.breakwater.http.app.config.CloudSettingTable.GCS_KEY_FILE;
import static dev.breakwater.http.app.config.CloudSettingTable.REDIRECT;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What Google's programs take credentials from: the key of a service account, or a description of
 * where a token of somebody else is and who gives one of Google's for it (AIP-4117), which has no
 * key. The library would pass over a file that it cannot read and look elsewhere, so that is told
 * here.
 */
final class GoogleKeyFile {
  private static final String KEY = "service_account";
  private static final String IDENTITY = "external_account";
  private static final String STAND_IN = "impersonated_service_account";

  private final Path file;
  private final Consumer<String> mistakes;

  private GoogleKeyFile(Path file, Consumer<String> mistakes) {
    this.file = file;
    this.mistakes = mistakes;
  }

  /**
   * A file that cannot be read is none of ours.
   *
   * @param redirects whether locations are signed with it
   */
  static void check(Path file, boolean redirects, Consumer<String> mistakes) {
    GoogleKeyFile checked = new GoogleKeyFile(file, mistakes);
    try {
      checked.check(Json.parse(Files.readAllBytes(file)), redirects);
    } catch (JsonException e) {
      // Without the parser's words, which quote the file.
      checked.tell("is no JSON file of credentials");
    } catch (IOException e) {
      return;
    }
  }

  private void check(JsonValue content, boolean redirects) {
    String type = content.get("type").text().orElse("");
    switch (type) {
      case KEY -> require(content, "client_email", "private_key");
      case IDENTITY -> {
        require(content, "audience", "subject_token_type", "token_url");
        JsonValue source = content.get("credential_source");
        if (source.get("file").isAbsent() && source.get("url").isAbsent()) {
          tell("has a credential_source without a file or a url; others are not known here");
        }
      }
      case STAND_IN -> require(content, "service_account_impersonation_url");
      default ->
          tell(
              "has the type '"
                  + type
                  + "'; known: "
                  + String.join(", ", List.of(KEY, IDENTITY, STAND_IN)));
    }
    if (redirects && !type.equals(KEY)) {
      mistakes.accept(
          REDIRECT.key()
              + ": locations are signed with the key of a service account, which "
              + GCS_KEY_FILE.key()
              + " does not hold; set it to false");
    }
  }

  private void require(JsonValue content, String... members) {
    List<String> missing =
        List.of(members).stream().filter(name -> content.get(name).text().isEmpty()).toList();
    if (!missing.isEmpty()) {
      tell("lacks " + String.join(", ", missing));
    }
  }

  private void tell(String what) {
    mistakes.accept(GCS_KEY_FILE.key() + ": " + file + " " + what);
  }
}
