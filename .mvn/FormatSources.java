import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over the Java sources of every module, from the repository's root.
 *
 * <p>Started by Maven as a source file on the toolchain's JDK: with {@code check} it ends with
 * status 1 and names each file that is not formatted, with {@code apply} it rewrites them.
 */
final class FormatSources {
  public static void main(String[] arguments) throws Exception {
    boolean apply = arguments[0].equals("apply");
    List<String> options = new ArrayList<>();
    options.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    options.addAll(sources());
    if (options.size() == (apply ? 1 : 2)) {
      return;
    }

    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int status = new Main(out, err, System.in).format(options.toArray(String[]::new));
    if (status != 0 && !apply) {
      err.println("The files above are not formatted. Run: mvn -N -Pformat validate");
    }
    System.exit(status);
  }

  private static List<String> sources() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of(""))) {
      for (Path root : modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(root)) {
          files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(found::add);
        }
      }
    }
    return found;
  }
}
