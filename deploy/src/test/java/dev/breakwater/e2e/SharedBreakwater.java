package dev.breakwater.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a {@link BreakwaterProcess} to tests that only talk to it: one for all classes that a
 * virtual machine runs, started by the first that asks and ended after the last.
 */
final class SharedBreakwater implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedBreakwater.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == BreakwaterProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(Running.class, key -> start(), Running.class)
        .process();
  }

  private static Running start() {
    try {
      Path directory = Files.createTempDirectory("breakwater-e2e");
      return new Running(BreakwaterProcess.in(directory).start(), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Running(BreakwaterProcess process, Path directory) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
      Command.of("rm", "-rf", directory).succeed();
    }
  }
}
