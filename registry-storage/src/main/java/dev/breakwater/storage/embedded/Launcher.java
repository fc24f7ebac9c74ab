package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts PostgreSQL's programs so that they accept to run and never outlive this process.
 *
 * <ul>
 *   <li>They refuse to run as root, or as a user without a name (containers are given random ones).
 *       {@code unshare -U} makes them believe that they are nobody, without changing who owns the
 *       files; for root, where the kernel forbids that, {@code setpriv} makes them run as uid 65534
 *       and the files are given to it.
 *   <li>{@code setpriv --pdeathsig INT} has the kernel send a fast shutdown when the thread that
 *       started them dies, so even {@code kill -9} of this process leaves no orphan. Where {@code
 *       setpriv} cannot do that, a shell waits for the end of a pipe that only this process holds.
 *   <li>{@code setsid} keeps a Ctrl-C at the terminal from them: this process decides when they
 *       stop.
 * </ul>
 */
final class Launcher {
  /** Who PostgreSQL runs as when root cannot use {@code unshare}. */
  static final int UNPRIVILEGED_UID = 65534;

  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private static final String WATCHDOG =
      """
      exec 3<&0 </dev/null
      "$@" 3<&- &
      child=$!
      ( read -r _ <&3; kill -s INT "$child" ) &
      watcher=$!
      exec 3<&-
      wait "$child"
      status=$?
      kill "$watcher" 2>/dev/null
      exit $status
      """;

  private final List<String> prefix;
  private final boolean direct;
  private final int uid;

  private Launcher(List<String> prefix, boolean direct, int uid) {
    this.prefix = prefix;
    this.direct = direct;
    this.uid = uid;
  }

  /** Finds out what this machine allows. */
  static Launcher detect() throws IOException {
    return detect(Launcher::find);
  }

  static Launcher detect(Tools tools) throws IOException {
    int self = self();
    // A user without an entry in /etc/passwd is called by its number.
    boolean named = !Files.getOwner(Path.of("/proc/self")).getName().equals(Integer.toString(self));
    return detect(tools, self, named);
  }

  /** Who this process runs as. */
  static int self() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /**
   * @param tools where the programs {@code setpriv}, {@code setsid} and {@code unshare} are
   * @param self who this process runs as
   * @param named whether that user has a name
   */
  static Launcher detect(Tools tools, int self, boolean named) {
    boolean hide = self == 0 || !named;
    return (hide ? usual(tools, self) : Optional.<Launcher>empty())
        .orElseGet(() -> detectOneByOne(tools, self, named));
  }

  /** One probe for what nearly every machine allows: each process costs the start 20 ms. */
  private static Optional<Launcher> usual(Tools tools, int self) {
    Optional<String> setpriv = tools.find("setpriv");
    Optional<String> setsid = tools.find("setsid");
    Optional<String> unshare = tools.find("unshare");
    if (setpriv.isEmpty() || setsid.isEmpty() || unshare.isEmpty()) {
      return Optional.empty();
    }
    List<String> prefix =
        List.of(setpriv.get(), "--pdeathsig", "INT", setsid.get(), unshare.get(), "-U");
    List<String> probe = new ArrayList<>(prefix);
    probe.addAll(List.of("/bin/sh", "-c", ":"));
    return succeeds(probe) ? Optional.of(new Launcher(prefix, true, self)) : Optional.empty();
  }

  private static Launcher detectOneByOne(Tools tools, int self, boolean named) {
    String setpriv = tools.find("setpriv").filter(Launcher::knowsParentDeath).orElse(null);
    List<String> prefix = new ArrayList<>();
    if (setpriv != null) {
      prefix.addAll(List.of(setpriv, "--pdeathsig", "INT"));
    } else {
      prefix.addAll(List.of("/bin/sh", "-c", WATCHDOG, "watchdog"));
    }
    tools.find("setsid").ifPresent(prefix::add);
    int uid = self;
    if (self == 0) {
      uid = leaveRoot(tools, prefix, setpriv);
    } else if (!named) {
      prefix.addAll(List.of(unshare(tools).orElseThrow(() -> nameless(self)), "-U"));
    }
    return new Launcher(List.copyOf(prefix), setpriv != null, uid);
  }

  private static int leaveRoot(Tools tools, List<String> prefix, @Nullable String setpriv) {
    Optional<String> unshare = unshare(tools);
    if (unshare.isPresent()) {
      prefix.addAll(List.of(unshare.get(), "-U"));
      return 0;
    }
    if (setpriv == null) {
      throw new StorageUnusableException(
          "The embedded PostgreSQL does not run as root, and neither unshare nor setpriv"
              + " (util-linux) works here. Start this program as an ordinary user, install"
              + " util-linux, or set database.url.");
    }
    log.warn(
        "unshare does not work here: the embedded PostgreSQL runs as uid {} instead of as root",
        UNPRIVILEGED_UID);
    // In the one call that also sets the death signal: a change of uid clears it.
    String uid = Integer.toString(UNPRIVILEGED_UID);
    prefix.addAll(1, List.of("--reuid", uid, "--regid", uid, "--clear-groups"));
    return UNPRIVILEGED_UID;
  }

  private static Optional<String> unshare(Tools tools) {
    return tools
        .find("unshare")
        .filter(tool -> succeeds(List.of(tool, "-U", "/bin/sh", "-c", ":")));
  }

  private static StorageUnusableException nameless(int uid) {
    return new StorageUnusableException(
        "The embedded PostgreSQL needs a user with a name, and uid "
            + uid
            + " is not in /etc/passwd. Add it there, start this program as another user, or set"
            + " database.url.");
  }

  /** Who owns the files that PostgreSQL makes. */
  int uid() {
    return uid;
  }

  /** Starts the command; its input must stay open, its two outputs are one. */
  Process start(List<String> command) throws IOException {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    if (direct) {
      builder.redirectInput(new File("/dev/null"));
    }
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  /** Java itself can only send TERM and KILL; neither is how PostgreSQL is stopped. */
  static void signal(String signal, long pid) {
    if (!succeeds(List.of("/bin/sh", "-c", "kill -s " + signal + " " + pid))) {
      log.debug("process {} is gone already", pid);
    }
  }

  /** Busybox has a {@code setpriv} without it. */
  private static boolean knowsParentDeath(String setpriv) {
    return succeeds(List.of(setpriv, "--pdeathsig", "INT", "/bin/sh", "-c", ":"));
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static Optional<String> find(String tool) {
    List<String> folders = new ArrayList<>();
    folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
    folders.addAll(List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin"));
    for (String folder : folders) {
      Path candidate = Path.of(folder, tool);
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toString());
      }
    }
    return Optional.empty();
  }

  /** Where programs are. */
  interface Tools {
    Optional<String> find(String name);
  }
}
