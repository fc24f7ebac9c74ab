package dev.breakwater.core.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.breakwater.core.artifact.ReadAddition.Addition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChartArchiveTest {
  private static final String DEPENDENCIES =
      """
      name: web
      dependencies:
      - name: redis
        version: 1.2.3
        repository: https://charts.example
      - name: numbered
        version: 1.2
      """;

  @Test
  void readsTheFilesOfTheChartAndNotOfTheChartsInIt() throws Exception {
    byte[] archive =
        archive(tar -> {
          file(tar, "web/charts/redis/values.yaml", "inner: 1");
          file(tar, "web/Chart.yaml", DEPENDENCIES);
          file(tar, "web/values.yaml", "outer: 1");
          file(tar, "web/README.md", "# Web");
        });

    assertThat(text(archive, "values.yaml")).contains("outer: 1");
    assertThat(text(archive, "readme.md")).contains("# Web");
    assertThat(text(archive, "dependencies"))
        .contains(
            "[{\"name\":\"redis\",\"version\":\"1.2.3\",\"repository\":\"https://charts.example\"},"
                + "{\"name\":\"numbered\",\"version\":\"1.2\",\"repository\":\"\"}]");
  }

  @Test
  void readsTheDependenciesOfOlderCharts() throws Exception {
    byte[] archive =
        archive(tar -> {
          file(tar, "web/Chart.yaml", "name: web");
          file(tar, "web/requirements.yaml", DEPENDENCIES);
        });

    assertThat(text(archive, "dependencies"))
        .hasValueSatisfying(json -> assertThat(json).contains("redis"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "values.yaml",
        "/values.yaml",
        "../values.yaml",
        "./values.yaml",
        "web/../values.yaml",
        "web/../../etc/values.yaml",
        "/etc/values.yaml",
        "web//values.yaml",
        "web\\values.yaml"
      })
  void takesNoFileFromOutsideOfTheChart(String path) throws Exception {
    assertThat(text(archive(tar -> file(tar, path, "hostile: 1")), "values.yaml")).isEmpty();
  }

  @Test
  void followsNoLinks() throws Exception {
    byte[] archive =
        archive(tar -> {
          for (byte type : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK}) {
            TarArchiveEntry link = new TarArchiveEntry("web/values.yaml", type);
            link.setLinkName("/etc/passwd");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
          }
        });

    assertThat(text(archive, "values.yaml")).isEmpty();
  }

  @Test
  void readsNoArchiveToItsEndThatGrowsWithoutEnd() throws Exception {
    byte[] bomb =
        archive(tar -> {
          zeros(tar, new TarArchiveEntry("web/big"), 400L << 20);
          file(tar, "web/values.yaml", "a: 1");
        });

    assertThat(bomb.length).isLessThan(1 << 20);
    assertThat(allocated(bomb, "values.yaml")).isLessThan(4 << 20);
  }

  @Test
  void readsNoFileThatIsTooLarge() throws Exception {
    byte[] bomb = archive(tar -> zeros(tar, new TarArchiveEntry("web/values.yaml"), 3L << 20));

    assertThat(text(bomb, "values.yaml")).isEmpty();
  }

  /** The names of GNU's and PAX' headers are kept in memory by whoever reads them. */
  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC})
  void readsNoHeadersThatAreTooLarge(byte type) throws Exception {
    byte[] bomb =
        archive(tar -> {
          zeros(tar, new TarArchiveEntry("././@LongLink", type), 60L << 20);
          file(tar, "web/values.yaml", "a: 1");
        });

    assertThat(allocated(bomb, "values.yaml")).isLessThan(4 << 20);
  }

  @Test
  void readsNothingThatIsCutOffOrNoArchive() throws Exception {
    byte[] whole = archive(tar -> file(tar, "web/values.yaml", "a: 1\n".repeat(2000)));

    for (int length = 0; length < whole.length - 40; length += 7) {
      assertThat(text(Arrays.copyOf(whole, length), "values.yaml"))
          .satisfiesAnyOf(
              found -> assertThat(found).isEmpty(),
              found -> assertThat(found).contains("a: 1\n".repeat(2000)));
    }
    for (int n = 20; n < whole.length; n++) {
      byte[] broken = whole.clone();
      broken[n] ^= (byte) 0x55;
      assertThat(ChartArchive.addition(broken, "dependencies")).isNotNull();
    }
    assertThat(text("no gzip".getBytes(UTF_8), "values.yaml")).isEmpty();
    assertThat(text(new byte[0], "values.yaml")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dependencies: [{name: &a [[*a]]}]",
        "dependencies: &d [{name: {x: *d}, version: [*d, *d]}]",
        "dependencies: [{name: !!javax.script.ScriptEngineManager []}]",
        "dependencies: {a: b}",
        "dependencies: [1, null, [x], {1: 2}]",
        "dependencies: [{name: [a, b], version: {c: d}, repository: null}]",
        "- a",
        "\t",
        "&a [*a]",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ndependencies: [{name: *c}]"
      })
  void listsNoDependenciesThatAreNone(String yaml) throws Exception {
    byte[] archive = archive(tar -> file(tar, "web/Chart.yaml", yaml));

    assertThat(text(archive, "dependencies"))
        .hasValueSatisfying(json -> assertThat(json).startsWith("[").hasSizeLessThan(100));
  }

  @Test
  void takesDeepYamlForNone() throws Exception {
    byte[] archive = archive(tar -> file(tar, "web/Chart.yaml", "[".repeat(100_000)));

    assertThat(text(archive, "dependencies")).contains("[]");
  }

  private static Optional<String> text(byte[] archive, String name) {
    return ChartArchive.addition(archive, name).map(Addition::content).map(String::new);
  }

  /** How many bytes this thread takes for it. */
  private static long allocated(byte[] archive, String name) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(ChartArchive.addition(archive, name)).isEmpty();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] archive(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
      content.writeTo(tar);
    }
    return bytes.toByteArray();
  }

  private static void file(TarArchiveOutputStream tar, String path, String text)
      throws IOException {
    byte[] content = text.getBytes(UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(path, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void zeros(TarArchiveOutputStream tar, TarArchiveEntry entry, long size)
      throws IOException {
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    byte[] block = new byte[1 << 16];
    for (long written = 0; written < size; written += block.length) {
      tar.write(block);
    }
    tar.closeArchiveEntry();
  }

  private interface Content {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }
}
