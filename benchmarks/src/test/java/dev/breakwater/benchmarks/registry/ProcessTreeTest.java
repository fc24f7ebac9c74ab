package dev.breakwater.benchmarks.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  @Test
  void findsWhatAProcessHasStarted() throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "cat; true").start();
    try {
      long child = awaitChild(shell);

      assertThat(new ProcessTree(shell.pid()).pids()).containsExactly(shell.pid(), child);
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void countsTheTimeOfChildrenThatHaveEnded() throws IOException {
    String burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    Process shell = new ProcessBuilder("sh", "-c", "sh -c '" + burn + "'; echo; cat; true").start();
    try {
      int newLine = shell.getInputStream().read();

      assertThat(newLine).isEqualTo('\n');
      assertThat(new ProcessTree(shell.pid()).cpuSeconds()).isGreaterThan(0.05);
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void measuresTheMemoryOfThisProcess() throws IOException {
    double megabytes = new ProcessTree(ProcessHandle.current().pid()).pssMegabytes();

    assertThat(megabytes).isBetween(20.0, 4000.0);
  }

  private static long awaitChild(Process shell) {
    while (true) {
      var child = shell.children().findFirst();
      if (child.isPresent()) {
        return child.get().pid();
      }
      Thread.onSpinWait();
    }
  }
}
