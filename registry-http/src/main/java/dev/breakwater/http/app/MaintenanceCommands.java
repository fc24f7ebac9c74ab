package dev.breakwater.http.app;

import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.http.app.config.Settings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The subcommands that keep disk and database in order. They work whether servers run or not. */
final class MaintenanceCommands {
  private final Program program;
  private final Supplier<Settings> settings;

  MaintenanceCommands(Program program, Supplier<Settings> settings) {
    this.program = program;
    this.settings = settings;
  }

  CommandLine collect() {
    return new CommandLine(new Collect());
  }

  CommandLine storage() {
    return CommandGroup.of("Looks after the blobs.").addSubcommand("verify", new Verify());
  }

  CommandLine database() {
    return CommandGroup.of("Saves the database, and restores it.")
        .addSubcommand("export", new Export())
        .addSubcommand("import", new Import());
  }

  CommandLine imports() {
    return CommandGroup.of("Takes over what another registry has stored.")
        .addSubcommand("distribution", new Distribution());
  }

  /** Each line at once: they are read while the command works. */
  private static void print(PrintWriter writer, String line) {
    writer.println(line);
    writer.flush();
  }

  private static CommandLine line(@Nullable CommandSpec specification) {
    if (specification == null) {
      throw new IllegalStateException("picocli sets the specification before it runs a command");
    }
    return specification.commandLine();
  }

  @Command(name = "gc", description = "Deletes what nothing needs any more.")
  private final class Collect implements Callable<Integer> {
    @Spec private @Nullable CommandSpec specification;

    @Option(names = "--dry-run", description = "Only says what would go.")
    private boolean dryRun;

    @Option(names = "--delete-untagged", description = "Artifacts without a tag go, too.")
    private boolean untagged;

    @Option(
        names = "--purge-deleted",
        description = "What was deleted and could still be brought back goes now.")
    private boolean deleted;

    @Override
    public Integer call() throws Exception {
      PrintWriter out = line(specification).getOut();
      program.collectGarbage(
          settings.get(),
          Map.of("dry_run", dryRun, "delete_untagged", untagged, "purge_deleted", deleted),
          text -> print(out, text));
      return 0;
    }
  }

  @Command(
      name = "verify",
      description = {
        "Compares the blob store with the database: puts damaged files aside, lists",
        "missing ones, links again what is lost, removes files that nothing knows and",
        "that are older than gc.lease. Ends with 2 if something is damaged or missing."
      })
  private final class Verify implements Callable<Integer> {
    @Spec private @Nullable CommandSpec specification;

    @Option(
        names = "--rehash",
        description = "Reads every file and compares its digest, not only its size.")
    private boolean rehash;

    @Option(names = "--dry-run", description = "Only says what is wrong.")
    private boolean dryRun;

    @Option(
        names = "--rate",
        paramLabel = "N",
        defaultValue = "2000",
        description = "How many files a second are looked at, 1 or more (${DEFAULT-VALUE}).")
    private int rate;

    @Option(
        names = "--read-rate",
        paramLabel = "MIB",
        defaultValue = "64",
        description = "How many MiB a second are read to compare digests (${DEFAULT-VALUE}).")
    private int readRate;

    @Option(
        names = "--many-orphans",
        description = {
          "Removes files that nothing knows even if they are more than half of all",
          "files, which usually means that this is another database than the files'."
        })
    private boolean manyOrphans;

    @Override
    public Integer call() throws Exception {
      CommandLine line = line(specification);
      if (rate < 1 || readRate < 1) {
        throw new ParameterException(line, "--rate and --read-rate must be 1 or more.");
      }
      PrintWriter out = line.getOut();
      VerifyOptions options =
          new VerifyOptions(rehash, dryRun, manyOrphans, rate, readRate * 1024L * 1024L);
      return program.verifyStorage(settings.get(), options, text -> print(out, text))
          ? 0
          : Main.FOUND_DAMAGE;
    }
  }

  @Command(
      name = "export",
      description = {
        "Writes the database, as it is at one moment, to a file that any later version",
        "of this program and of PostgreSQL can import. It holds neither the blobs nor",
        "the secret key."
      })
  private final class Export implements Callable<Integer> {
    @Spec private @Nullable CommandSpec specification;

    @Parameters(paramLabel = "FILE", description = "Where to; -: standard output.")
    private String target = "";

    @Override
    public Integer call() throws Exception {
      CommandLine line = line(specification);
      boolean taken = target.equals(DatabaseCommand.STANDARD);
      PrintWriter messages = taken ? line.getErr() : line.getOut();
      program.exportDatabase(settings.get(), target, text -> print(messages, text));
      return 0;
    }
  }

  @Command(
      name = "import",
      description = "Fills an empty database from the file that an export wrote.")
  private final class Import implements Callable<Integer> {
    @Spec private @Nullable CommandSpec specification;

    @Parameters(paramLabel = "FILE", description = "Where from; -: standard input.")
    private String source = "";

    @Override
    public Integer call() throws Exception {
      PrintWriter out = line(specification).getOut();
      program.importDatabase(settings.get(), source, text -> print(out, text));
      return 0;
    }
  }

  @Command(
      name = "distribution",
      description = {
        "Adopts the storage of a docker registry (distribution 2 and 3) where it lies:",
        "storage.filesystem.root or storage.s3.* say where. No byte is copied. What is",
        "here already stays as it is, so it can be run again until nothing is skipped.",
        "Ends with 2 if something was."
      })
  private final class Distribution implements Callable<Integer> {
    @Spec private @Nullable CommandSpec specification;

    @Option(names = "--public", description = "Projects that are created are public.")
    private boolean publicProjects;

    @Option(
        names = "--project",
        paramLabel = "NAME",
        defaultValue = "library",
        description = "Where repositories go whose names have no slash (${DEFAULT-VALUE}).")
    private String project = "";

    @Option(
        names = "--sizes-only",
        description = "Compares the sizes of blobs, not their digests, which reads them all.")
    private boolean sizesOnly;

    @Option(
        names = "--read-rate",
        paramLabel = "MIB",
        defaultValue = "512",
        description = "How many MiB a second are read to compare digests (${DEFAULT-VALUE}).")
    private int readRate;

    @Override
    public Integer call() throws Exception {
      CommandLine line = line(specification);
      if (readRate < 1) {
        throw new ParameterException(line, "--read-rate must be 1 or more.");
      }
      PrintWriter out = line.getOut();
      AdoptionOptions options =
          new AdoptionOptions(
              projectName(line), publicProjects, !sizesOnly, readRate * 1024L * 1024L);
      return program.importDistribution(settings.get(), options, text -> print(out, text))
          ? 0
          : Main.FOUND_DAMAGE;
    }

    private ProjectName projectName(CommandLine line) {
      try {
        return ProjectName.parse(project);
      } catch (RegistryException e) {
        throw new ParameterException(line, "--project: " + e.getMessage(), e);
      }
    }
  }
}
