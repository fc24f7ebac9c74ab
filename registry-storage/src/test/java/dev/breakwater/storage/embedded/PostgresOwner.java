package dev.breakwater.storage.embedded;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that owns an embedded server, for tests that kill it. It prints {@code ready}, then the
 * number of each row after its commit was acknowledged, and goes on until it is killed or its input
 * ends.
 *
 * <p>Arguments: the data directory, the folder of the server's programs, and the tools that it is
 * to believe missing.
 */
final class PostgresOwner {
  private PostgresOwner() {}

  public static void main(String[] arguments) throws Exception {
    DataDirectory directory = DataDirectory.open(Path.of(arguments[0]));
    Launcher launcher =
        Launcher.detect(
            name -> arguments[2].contains(name) ? Optional.empty() : Launcher.find(name));
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, Path.of(arguments[1]), launcher);
    Database database = Database.connect(postgres.settings());
    Await.done(database.update("CREATE TABLE IF NOT EXISTS acknowledged (n int)"));
    System.out.println("ready");
    Thread.ofPlatform().daemon().start(() -> insertForEver(database));
    while (System.in.read() >= 0) {}
    postgres.close();
    database.close();
    directory.close();
    System.out.println("stopped");
  }

  private static void insertForEver(Database database) {
    try {
      for (int n = 1; ; n++) {
        Await.done(database.update("INSERT INTO acknowledged VALUES ($1)", n));
        System.out.println(n);
      }
    } catch (RegistryException e) {
      System.err.println("the server was stopped: " + e.getMessage());
    }
  }
}
