package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A registry program that can be started on this machine, with the settings it is shipped with. */
public sealed interface Product permits Breakwater, Distribution, Reference, Zot {
  String name();

  /** Why it cannot be started here; empty when it can. */
  Optional<String> missing();

  /**
   * How to start it.
   *
   * @param folder where it keeps everything, exists
   * @param port on 127.0.0.1
   */
  Command command(Path folder, int port, Optional<TlsFiles> tls) throws IOException;

  /**
   * Where it keeps a blob.
   *
   * @param folder as it was started with
   */
  Path blob(Path folder, String repository, String digest);

  /**
   * A command to be run.
   *
   * @param environment set in addition to ours
   * @param readyLine how the line begins by which it says that it is ready; empty when it has to be
   *     asked
   * @param password of the user admin; empty when nobody has to log in
   */
  record Command(
      java.util.List<String> words,
      Map<String, String> environment,
      Optional<String> readyLine,
      Optional<String> password) {}
}
