package dev.breakwater.http.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word before the word that says what to do. */
@Command(synopsisSubcommandLabel = "COMMAND", sortOptions = false)
final class CommandGroup implements Runnable {
  @Spec private @Nullable CommandSpec specification;

  private CommandGroup() {}

  static CommandLine of(String description) {
    CommandLine group = new CommandLine(new CommandGroup());
    group.getCommandSpec().usageMessage().description(description);
    return group;
  }

  @Override
  public void run() {
    if (specification == null) {
      throw new IllegalStateException("picocli sets the specification before it runs a command");
    }
    throw new ParameterException(specification.commandLine(), "Say what to do.");
  }
}
