package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The distribution as a next release may be, which is to run beside the one under test: of a higher
 * version, and with steps of the schema that widen it. Each table gets a column more, in a step of
 * its own, and there is one more table.
 */
final class NextBuild {
  static final String VERSION = "99.0.0";

  /** The number of its last step. */
  static final int LAST_STEP = 999;

  private static final int FIRST_STEP = 901;
  private static final String CLASS = "dev/breakwater/storage/sql/Migration";
  private static final String STEPS = "db/migration";
  private static final String VERSION_FILE = "dev/breakwater/http/app/version.properties";
  private static final Path SOURCES = Path.of("../registry-storage/src/main").toAbsolutePath();
  private static final Pattern END_OF_STEPS = Pattern.compile("(\"V\\d+__\\w+\\.sql\")\\);");
  private static final Pattern TABLE = Pattern.compile("(?m)^CREATE (?:UNLOGGED )?TABLE (\\w+)");

  private NextBuild() {}

  /** Puts it beside the distribution; its program. */
  static Path assemble() throws IOException {
    Path folder = BreakwaterProcess.distribution().resolveSibling("next-build");
    Command.of("rm", "-rf", folder).succeed();
    // Links where nothing differs: it has more than a hundred megabytes.
    Command.of("cp", "-al", BreakwaterProcess.distribution(), folder).succeed();
    Map<String, String> steps = steps();
    Path lib = folder.resolve("lib");
    Path storage = own(jar(lib, "registry-storage"));
    Path compiled = compile(folder.resolve("next"), storage, steps.keySet());
    try (FileSystem jar = FileSystems.newFileSystem(storage)) {
      Files.copy(
          compiled.resolve(CLASS + ".class"),
          jar.getPath(CLASS + ".class"),
          StandardCopyOption.REPLACE_EXISTING);
      for (Map.Entry<String, String> step : steps.entrySet()) {
        Files.writeString(jar.getPath(STEPS, step.getKey()), step.getValue());
      }
    }
    try (FileSystem jar = FileSystems.newFileSystem(own(jar(lib, "registry-http")))) {
      assertThat(jar.getPath(VERSION_FILE)).exists();
      Files.writeString(jar.getPath(VERSION_FILE), "version=" + VERSION + "\n");
    }
    return withoutStartUpCache(own(folder.resolve("bin/breakwater")));
  }

  private static Map<String, String> steps() throws IOException {
    String header = "-- serves: " + System.getProperty("breakwater.version") + "\n";
    Map<String, String> steps = new LinkedHashMap<>();
    int number = FIRST_STEP;
    for (String table : tables()) {
      steps.put(
          "V%d__%s.sql".formatted(number++, table),
          header + "ALTER TABLE " + table + " ADD COLUMN next_release text;\n");
    }
    steps.put(
        "V%d__next_release.sql".formatted(LAST_STEP),
        header + "CREATE TABLE next_release (id bigint PRIMARY KEY);\n");
    return steps;
  }

  private static Set<String> tables() throws IOException {
    Set<String> tables = new TreeSet<>();
    try (Stream<Path> files = Files.list(SOURCES.resolve("resources").resolve(STEPS))) {
      for (Path file : files.toList()) {
        Matcher found = TABLE.matcher(Files.readString(file));
        while (found.find()) {
          tables.add(found.group(1));
        }
      }
    }
    assertThat(tables).hasSizeBetween(20, LAST_STEP - FIRST_STEP).contains("manifest", "tag");
    return tables;
  }

  /** The class that lists the steps, with more of them. */
  private static Path compile(Path folder, Path storage, Set<String> steps) throws IOException {
    String source = Files.readString(SOURCES.resolve("java/" + CLASS + ".java"));
    Matcher end = END_OF_STEPS.matcher(source);
    assertThat(end.results()).as("the list of steps").hasSize(1);
    String more = steps.stream().map(step -> ", \"" + step + "\"").collect(Collectors.joining());
    Path file = Files.createDirectories(folder).resolve("Migration.java");
    Files.writeString(file, end.replaceFirst("$1" + more + ");"));
    Command.of(Path.of(System.getProperty("java.home"), "bin/javac"))
        .append("-proc:none", "-d", folder, "-cp", storage, file)
        .succeed();
    return folder;
  }

  /** It takes long to prepare, and what it saves is little here. */
  private static Path withoutStartUpCache(Path launcher) throws IOException {
    String script = Files.readString(launcher);
    String training = "    train \"$cache\"\n";
    assertThat(script).contains(training);
    Files.writeString(launcher, script.replace(training, "    :\n"));
    try (Stream<Path> lib = Files.list(launcher.resolve("../../lib").normalize())) {
      for (Path cache : lib.filter(each -> each.toString().endsWith(".aot")).toList()) {
        Files.delete(cache);
      }
    }
    return launcher;
  }

  private static Path jar(Path lib, String name) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(lib)) {
      files
          .filter(each -> each.getFileName().toString().startsWith(name + "-"))
          .forEach(found::add);
    }
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  /** A copy in place of a link to the original. */
  private static Path own(Path file) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".own");
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    return Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
