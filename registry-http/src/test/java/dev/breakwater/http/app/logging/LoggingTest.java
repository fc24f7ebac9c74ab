package dev.breakwater.http.app.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.http.app.config.LogFormat;
import dev.breakwater.http.app.config.LogLevel;
import dev.breakwater.http.app.config.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LoggingTest {

  @Test
  void writesALineOfText() {
    List<String> lines =
        log(
            new LogSettings(LogFormat.TEXT, LogLevel.INFO),
            context -> context.getLogger("dev.breakwater.Some").info("upload {} done", 7));

    assertThat(lines)
        .singleElement()
        .asString()
        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO +\\[\\S+] Some: upload 7 done");
  }

  @Test
  void writesAnObjectOfJsonPerLineWhateverTheMessageHolds() {
    List<String> lines =
        log(
            new LogSettings(LogFormat.JSON, LogLevel.INFO),
            context ->
                context
                    .getLogger("dev.breakwater.Some")
                    .error("broken \"{}\"\nsecond line", "x", new IllegalStateException("why")));

    assertThat(lines).hasSize(1);
    JsonValue line = Json.parse(lines.getFirst().getBytes(UTF_8));
    assertThat(line.get("level").text()).contains("ERROR");
    assertThat(line.get("formattedMessage").text()).contains("broken \"x\"\nsecond line");
    assertThat(line.get("throwable").get("message").text()).contains("why");
  }

  @Test
  void leavesOutWhatIsBelowTheLevelAndTheChatterOfLibraries() {
    List<String> lines =
        log(
            new LogSettings(LogFormat.TEXT, LogLevel.INFO),
            context -> {
              context.getLogger("dev.breakwater.Some").debug("detail");
              context.getLogger("io.netty.Some").info("chatter");
              context.getLogger("io.netty.Some").warn("trouble");
            });

    assertThat(lines).singleElement().asString().contains("trouble");
  }

  private static List<String> log(LogSettings settings, Consumer<LoggerContext> work) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.start();
    System.setErr(new PrintStream(written, true, UTF_8));
    try {
      Logging.configure(context, settings);
      work.accept(context);
      context.stop();
    } finally {
      System.setErr(before);
    }
    return written.toString(UTF_8).lines().toList();
  }
}
