package dev.breakwater.storage.datadirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock against another process is tested with the embedded server's lifecycle. */
final class DataDirectoryTest {
  @TempDir Path folder;

  @Test
  void makesAPrivateFolder() throws IOException {
    Path path = folder.resolve("a/b");

    try (DataDirectory directory = DataDirectory.open(path)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void refusesASecondOpeningInThisProcessAndKeepsTheFirst() {
    try (DataDirectory directory = DataDirectory.open(folder)) {
      for (int n = 0; n < 2; n++) {
        assertThatThrownBy(() -> DataDirectory.open(directory.path()))
            .isInstanceOf(StorageUnusableException.class)
            .hasMessageContaining("in use by the process " + ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void tellsACommandThatItIsInUse() {
    try (DataDirectory directory = DataDirectory.open(folder)) {
      assertThat(DataDirectory.openUnlessInUse(directory.path())).isEmpty();
    }

    assertThat(DataDirectory.openUnlessInUse(folder)).hasValueSatisfying(DataDirectory::close);
  }

  @Test
  void canBeOpenedAgainAfterItWasClosed() {
    DataDirectory.open(folder).close();

    DataDirectory.open(folder).close();

    assertThat(folder.resolve("breakwater.lock")).exists();
  }

  @Test
  void followsASymbolicLink() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);

    try (DataDirectory directory = DataDirectory.open(link)) {
      assertThat(directory.path()).isEqualTo(real.toRealPath());
    }
  }

  @Test
  void saysThatItIsAFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("is not a folder");
  }
}
