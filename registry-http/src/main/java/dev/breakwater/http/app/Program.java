package dev.breakwater.http.app;

import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.http.app.config.Settings;
import java.util.Map;
import java.util.function.Consumer;

/** What the subcommands do that need more than the settings. */
interface Program {
  /**
   * Starts, announces itself on standard output, and returns after it was stopped.
   *
   * @return the exit status
   * @throws Exception if it cannot start; the message is shown to the operator
   */
  int serve(Settings settings) throws Exception;

  /**
   * The certificate that issues the certificates of all signing keys, as PEM; made if there is none
   * yet.
   */
  String tokenRoot(Settings settings) throws Exception;

  /** Gives a user of this installation another password. */
  void resetPassword(Settings settings, String username, String password) throws Exception;

  /**
   * Deletes what nothing needs any more.
   *
   * @param parameters as {@link dev.breakwater.core.gc.GarbageOptions} reads them
   * @param out gets what it does, line by line
   */
  void collectGarbage(Settings settings, Map<String, Object> parameters, Consumer<String> out)
      throws Exception;

  /**
   * Compares the blob store with the rows, and repairs what can be repaired.
   *
   * @param out gets what it finds, line by line
   * @return whether nothing is damaged or missing
   */
  boolean verifyStorage(Settings settings, VerifyOptions options, Consumer<String> out)
      throws Exception;

  /**
   * Adopts what distribution's registry has stored where the blobs are.
   *
   * @param out gets what it does and skips, line by line
   * @return whether nothing was skipped
   */
  boolean importDistribution(Settings settings, AdoptionOptions options, Consumer<String> out)
      throws Exception;

  /**
   * Writes the database as one file.
   *
   * @param target the file; {@code -}: standard output
   * @param messages gets what it does, line by line
   */
  void exportDatabase(Settings settings, String target, Consumer<String> messages) throws Exception;

  /**
   * Fills an empty database from such a file.
   *
   * @param source the file; {@code -}: standard input
   * @param messages gets what it does, line by line
   */
  void importDatabase(Settings settings, String source, Consumer<String> messages) throws Exception;
}
