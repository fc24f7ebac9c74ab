package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A connection for each of some clients, with a token where one is needed. */
final class Lines implements AutoCloseable {
  private final RunningRegistry registry;
  private final String repository;
  private final List<RegistryClient> clients = new ArrayList<>();

  Lines(RunningRegistry registry, String repository, int count) throws IOException {
    this.registry = registry;
    this.repository = repository;
    try {
      for (int i = 0; i < count; i++) {
        clients.add(connect());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** After a failure the next one gets another connection. */
  void use(int number, Crowd.Talk talk) throws IOException {
    try {
      talk.run(client(number), number);
    } catch (IOException e) {
      replace(number);
      throw e;
    }
  }

  private RegistryClient client(int number) {
    synchronized (clients) {
      return clients.get(number);
    }
  }

  private void replace(int number) throws IOException {
    client(number).close();
    RegistryClient other = connect();
    synchronized (clients) {
      clients.set(number, other);
    }
  }

  private RegistryClient connect() throws IOException {
    return registry.client().authorize(repository);
  }

  @Override
  public void close() throws IOException {
    for (RegistryClient client : clients) {
      client.close();
    }
  }
}
