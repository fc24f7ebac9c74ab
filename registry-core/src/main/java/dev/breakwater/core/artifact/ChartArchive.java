package dev.breakwater.core.artifact;

import dev.breakwater.core.artifact.ReadAddition.Addition;
import dev.breakwater.core.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads single files out of a Helm chart's archive. Nothing is written anywhere; an archive that
 * grows beyond {@link #MAX_UNPACKED}, or a file beyond {@link #MAX_FILE}, is not read to its end.
 */
final class ChartArchive {
  static final int MAX_FILE = 2 * 1024 * 1024;
  static final long MAX_UNPACKED = 64L * 1024 * 1024;

  private ChartArchive() {}

  /** Empty if the archive has no such file, or is no archive. */
  static Optional<Addition> addition(byte[] archive, String name) {
    return switch (name) {
      case "values.yaml" -> file(archive, "values.yaml").map(Addition::text);
      case "readme.md" -> file(archive, "readme.md").map(Addition::text);
      default -> dependencies(archive).map(Addition::json);
    };
  }

  /** Those of Chart.yaml, or of the older requirements.yaml. */
  private static Optional<String> dependencies(byte[] archive) {
    return file(archive, "chart.yaml")
        .map(ChartArchive::listed)
        .filter(found -> !found.isEmpty())
        .or(() -> file(archive, "requirements.yaml").map(ChartArchive::listed))
        .or(() -> Optional.of(List.of()))
        .map(Json::writeText);
  }

  private static List<Map<String, Object>> listed(byte[] yaml) {
    List<Map<String, Object>> found = new ArrayList<>();
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(20);
    options.setNestingDepthLimit(30);
    options.setCodePointLimit(MAX_FILE);
    try {
      Object root =
          new Yaml(new SafeConstructor(options)).load(new String(yaml, StandardCharsets.UTF_8));
      if (root instanceof Map<?, ?> chart && chart.get("dependencies") instanceof List<?> list) {
        for (Object each : list) {
          if (each instanceof Map<?, ?> dependency) {
            found.add(dependency(dependency));
          }
        }
      }
      return found;
    } catch (YAMLException e) {
      return List.of();
    }
  }

  private static Map<String, Object> dependency(Map<?, ?> yaml) {
    Map<String, Object> dependency = new LinkedHashMap<>();
    for (String member : List.of("name", "version", "repository")) {
      Object value = yaml.get(member);
      dependency.put(member, value instanceof String || value instanceof Number ? "" + value : "");
    }
    return dependency;
  }

  /**
   * A file in the chart's own folder.
   *
   * @param name in lower case
   */
  private static Optional<byte[]> file(byte[] archive, String name) {
    try (BoundedArchive unpacked =
            new BoundedArchive(
                new GZIPInputStream(new ByteArrayInputStream(archive)), MAX_UNPACKED);
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpacked.allow(entry.getSize());
        if (isPlain(entry) && isIn(entry.getName(), name)) {
          return entry.getSize() > MAX_FILE
              ? Optional.empty()
              : Optional.of(tar.readNBytes((int) entry.getSize()));
        }
      }
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(TarArchiveEntry entry) {
    return entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
  }

  /** {@code CHART/values.yaml}, not that of a chart inside. */
  private static boolean isIn(String path, String name) {
    int slash = path.indexOf('/');
    return slash > 0
        && !path.startsWith(".")
        && path.indexOf('/', slash + 1) < 0
        && path.substring(slash + 1).toLowerCase(Locale.ROOT).equals(name);
  }
}
