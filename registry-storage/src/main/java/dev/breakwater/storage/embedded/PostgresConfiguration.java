package dev.breakwater.storage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's settings, written anew at every start. What an operator wants otherwise goes into
 * {@code local.conf} beside the data files, which is read last.
 */
final class PostgresConfiguration {
  static final int PORT = 5432;

  private static final long MIB = 1024 * 1024;
  private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");

  private PostgresConfiguration() {}

  /**
   * @param local the operator's own settings, which need not exist
   */
  static String text(PostgresAddress address, Path local) throws IOException {
    return switch (address) {
          case PostgresAddress.Socket(Path folder) ->
              "listen_addresses = ''\nunix_socket_directories = " + quote(folder.toString()) + "\n";
          case PostgresAddress.Loopback(int port) ->
              "listen_addresses = '127.0.0.1'\nport = " + port + "\nunix_socket_directories = ''\n";
        }
        + """
        # An acknowledged commit is on disk.
        fsync = on
        full_page_writes = on
        synchronous_commit = on

        # Nobody replicates from here: less log, fewer processes.
        wal_level = minimal
        max_wal_senders = 0
        max_worker_processes = 0
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        max_parallel_maintenance_workers = 0
        max_logical_replication_workers = 0
        autovacuum_worker_slots = 2
        autovacuum_max_workers = 2
        io_method = sync
        jit = off

        max_connections = 50
        shared_buffers = %sMB
        effective_cache_size = %sMB
        work_mem = 8MB
        maintenance_work_mem = 64MB

        # Commits that need not be on disk share one flush in this time; the others flush at once.
        wal_writer_delay = 5s
        wal_compression = on
        checkpoint_timeout = 15min
        max_wal_size = 512MB
        min_wal_size = 64MB

        # Rows that are upserted and deleted all day.
        autovacuum_naptime = 30s
        autovacuum_vacuum_scale_factor = 0.05
        autovacuum_analyze_scale_factor = 0.05
        random_page_cost = 1.1

        # Read by the program. Terse, and without statements: their values may be secrets.
        log_destination = stderr
        logging_collector = off
        log_line_prefix = ''
        log_error_verbosity = terse
        log_min_error_statement = panic
        log_checkpoints = off
        lc_messages = 'C'

        timezone = 'UTC'
        log_timezone = 'UTC'
        idle_in_transaction_session_timeout = 60s
        tcp_keepalives_idle = 60
        """
            .formatted(sharedBuffers(memory()), memory() / 2 / MIB)
        + (Files.exists(local) ? "include = " + quote(local.toString()) + "\n" : "");
  }

  /** The operating system caches the files as well, so little is enough: 1/64, 32 to 256 MiB. */
  static long sharedBuffers(long memory) {
    return Math.clamp(memory / 64 / MIB, 32, 256);
  }

  /** What the machine or the container has; the management beans would cost the start 50 ms. */
  private static long memory() throws IOException {
    long machine = 1024 * MIB;
    Path meminfo = Path.of("/proc/meminfo");
    if (Files.isReadable(meminfo)) {
      Matcher matcher = MEMORY.matcher(Files.readString(meminfo));
      machine = matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : machine;
    }
    return Math.min(machine, containerLimit().orElse(machine));
  }

  private static Optional<Long> containerLimit() throws IOException {
    Path limit = Path.of("/sys/fs/cgroup/memory.max");
    if (!Files.isReadable(limit)) {
      return Optional.empty();
    }
    String text = Files.readString(limit).strip();
    return text.chars().allMatch(Character::isDigit) && !text.isEmpty() && text.length() < 19
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  private static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
