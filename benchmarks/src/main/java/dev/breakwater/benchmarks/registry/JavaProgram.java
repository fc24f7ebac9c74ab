package dev.breakwater.benchmarks.registry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Programs of this module that run in a process of their own, with libraries. */
public final class JavaProgram {
  private static final List<String> OURS = List.of("micro");

  /** What a server has in common with us is among ours. */
  private static final List<String> OF_SERVERS = List.of("servers", "micro");

  private JavaProgram() {}

  /** What starts a class of this module that needs the libraries that Breakwater has. */
  public static List<String> client(Class<?> main, String... arguments) throws IOException {
    return command(OURS, main, arguments);
  }

  /** What starts a class of this module that needs a server's libraries. */
  public static List<String> server(Class<?> main, String... arguments) throws IOException {
    return command(OF_SERVERS, main, arguments);
  }

  private static List<String> command(List<String> folders, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath(folders));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Without the native code of other processors. */
  private static String classPath(List<String> folders) throws IOException {
    Path classes = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
    String foreign = System.getProperty("os.arch").equals("aarch64") ? "x86_64" : "aarch_64";
    List<String> path = new ArrayList<>();
    path.add(classes.toString());
    for (String folder : folders) {
      try (Stream<Path> libraries = Files.list(classes.resolveSibling(folder))) {
        libraries
            .map(Path::toString)
            .filter(it -> !it.endsWith("-linux-" + foreign + ".jar"))
            .forEach(path::add);
      }
    }
    return String.join(File.pathSeparator, path);
  }
}
