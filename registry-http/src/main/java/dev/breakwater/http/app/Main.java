package dev.breakwater.http.app;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.secret.WrongSecretKeyException;
import dev.breakwater.http.app.config.ConfigurationException;
import dev.breakwater.http.app.config.EffectiveSettings;
import dev.breakwater.http.app.config.LogSettings;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import dev.breakwater.http.app.logging.Logging;
import dev.breakwater.storage.StorageUnusableException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit statuses: 0, 1 (could not do it), 2 (did it, and found something damaged
 * or missing, or skipped something), 64 (wrong usage), 78 (mistakes in the settings); the last two
 * as in {@code sysexits.h}.
 */
@Command(
    name = "breakwater",
    description = "A container registry.",
    mixinStandardHelpOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false)
public final class Main implements Runnable {
  static final int FAILED = 1;
  static final int FOUND_DAMAGE = 2;
  static final int WRONG_USAGE = 64;
  static final int WRONG_SETTINGS = 78;

  private final Program program;
  private final Map<String, String> environment;
  private final Optional<Path> home;
  private final Consumer<LogSettings> logging;

  @Spec private @Nullable CommandSpec specification;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Settings; otherwise conf/breakwater.yml of the distribution, if it is there.")
  private @Nullable Path file;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this.")
  private boolean help;

  /**
   * Called once per process.
   *
   * @param home where the distribution stands
   * @param logging sets logging up before the server starts
   */
  Main(
      Program program,
      Map<String, String> environment,
      Optional<Path> home,
      Consumer<LogSettings> logging) {
    this.program = program;
    this.environment = environment;
    this.home = home;
    this.logging = logging;
  }

  /** The program. */
  public static void main(String[] arguments) {
    Logging.start();
    Optional<Path> home = Optional.ofNullable(System.getProperty("breakwater.home")).map(Path::of);
    int status =
        new Main(new Wiring(), System.getenv(), home, Logging::configure)
            .commandLine()
            .execute(arguments);
    Logging.stop();
    System.exit(status);
  }

  CommandLine commandLine() {
    CommandLine users =
        CommandGroup.of("Repairs users.").addSubcommand("reset-password", new Reset());
    MaintenanceCommands maintenance = new MaintenanceCommands(program, () -> load().settings());
    return new CommandLine(this)
        .addSubcommand("serve", new Serve())
        .addSubcommand("version", new Version())
        .addSubcommand("config", new Config())
        .addSubcommand("token-root", new TokenRoot())
        .addSubcommand("gc", maintenance.collect())
        .addSubcommand("storage", maintenance.storage())
        .addSubcommand("db", maintenance.database())
        .addSubcommand("import", maintenance.imports())
        .addSubcommand("user", users)
        .setExecutionExceptionHandler((error, line, _) -> failed(error, line))
        .setParameterExceptionHandler((error, _) -> wrongUsage(error));
  }

  @Override
  public void run() {
    throw new ParameterException(specification().commandLine(), "Say what to do.");
  }

  private CommandSpec specification() {
    if (specification == null) {
      throw new IllegalStateException("picocli sets the specification before it runs a command");
    }
    return specification;
  }

  private EffectiveSettings load() {
    Optional<Path> usual = home.map(folder -> folder.resolve("conf").resolve("breakwater.yml"));
    return SettingsLoader.load(Optional.ofNullable(file), usual, environment);
  }

  private void print(String text) {
    PrintWriter out = specification().commandLine().getOut();
    out.print(text);
    out.flush();
  }

  private static int failed(Exception error, CommandLine line) {
    PrintWriter err = line.getErr();
    if (error instanceof ConfigurationException wrong) {
      err.println("breakwater: the settings are not usable:");
      wrong.mistakes().forEach(mistake -> err.println("  " + mistake));
      err.flush();
      return WRONG_SETTINGS;
    }
    err.println("breakwater: " + (error.getMessage() == null ? error : error.getMessage()));
    if (error instanceof RuntimeException && !isForOperator(error)) {
      error.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  /** Its message says it all. */
  private static boolean isForOperator(Exception error) {
    return error instanceof StorageUnusableException
        || error instanceof RegistryException
        || error instanceof WrongSecretKeyException;
  }

  private static int wrongUsage(ParameterException error) {
    PrintWriter err = error.getCommandLine().getErr();
    err.println("breakwater: " + error.getMessage());
    error.getCommandLine().usage(err);
    return WRONG_USAGE;
  }

  @Command(name = "serve", description = "Starts the registry and runs it until it is stopped.")
  private final class Serve implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      EffectiveSettings effective = load();
      logging.accept(effective.settings().log());
      return program.serve(effective.settings());
    }
  }

  @Command(name = "version", description = "Prints the version.")
  private final class Version implements Callable<Integer> {
    @Override
    public Integer call() {
      print("breakwater " + BuildVersion.current() + "\n");
      return 0;
    }
  }

  @Command(name = "config", description = "Prints the effective settings; secrets are masked.")
  private final class Config implements Callable<Integer> {
    @Override
    public Integer call() {
      print(load().print());
      return 0;
    }
  }

  @Command(
      name = "reset-password",
      description = {
        "Gives a user another password, and ends their sessions. With the embedded",
        "database the server must be stopped."
      })
  private final class Reset implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "The user's name, such as admin.")
    private String username = "";

    @Option(
        names = "--password-stdin",
        description = "Reads the password from standard input instead of asking for it.")
    private boolean fromInput;

    @Override
    public Integer call() throws Exception {
      Settings settings = load().settings();
      program.resetPassword(settings, username, PasswordPrompt.read(fromInput, System.in));
      print("The password of " + username + " is changed.\n");
      return 0;
    }
  }

  @Command(
      name = "token-root",
      description = {
        "Prints the certificate that registries need to trust our tokens",
        "(auth.token.rootcertbundle), as PEM."
      })
  private final class TokenRoot implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      print(program.tokenRoot(load().settings()));
      return 0;
    }
  }
}
