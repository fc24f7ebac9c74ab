package dev.breakwater.http.app;

import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.http.app.config.Settings;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import sun.misc.Signal;

/** What the subcommands do. */
final class Wiring implements Program {
  @Override
  public int serve(Settings settings) throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    // Not a shutdown hook: with one, an orderly stop would end with status 143.
    Signal.handle(new Signal("TERM"), _ -> stop.countDown());
    Signal.handle(new Signal("INT"), _ -> stop.countDown());
    try (Application application = Application.start(settings, Clock.systemUTC())) {
      System.out.println(application.announcement());
      System.out.flush();
      stop.await();
    }
    return 0;
  }

  @Override
  public String tokenRoot(Settings settings) throws Exception {
    return TokenRootCommand.run(settings, Clock.systemUTC());
  }

  @Override
  public void resetPassword(Settings settings, String username, String password) throws Exception {
    ResetPasswordCommand.run(settings, username, password, Clock.systemUTC());
  }

  @Override
  public void collectGarbage(
      Settings settings, Map<String, Object> parameters, Consumer<String> out) throws Exception {
    GarbageCommand.run(settings, parameters, out, Clock.systemUTC());
  }

  @Override
  public boolean verifyStorage(Settings settings, VerifyOptions options, Consumer<String> out)
      throws Exception {
    return VerifyCommand.run(settings, options, out, Clock.systemUTC());
  }

  @Override
  public boolean importDistribution(
      Settings settings, AdoptionOptions options, Consumer<String> out) throws Exception {
    return AdoptionCommand.run(settings, options, out, Clock.systemUTC());
  }

  @Override
  public void exportDatabase(Settings settings, String target, Consumer<String> messages)
      throws Exception {
    new DatabaseCommand(settings, messages).exportTo(target);
  }

  @Override
  public void importDatabase(Settings settings, String source, Consumer<String> messages)
      throws Exception {
    new DatabaseCommand(settings, messages).importFrom(source);
  }
}
