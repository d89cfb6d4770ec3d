package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.PowerCut;
import io.serproutes.fetch.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParkedFolderTest {

  @TempDir private Path temp;

  /** A host makes no folders at its start: the first is that of the lock. */
  @Test
  void aParkedIdSurvivesAPowerCutWithItsFolder() throws IOException {
    PowerCut disk = new PowerCut(temp);
    Path path = disk.root().resolve("out").resolve("parked");
    ParkedFolder folder = new ParkedFolder(path, Files::newDirectoryStream);
    assertThat(folder.isOurs()).isTrue();
    new DurableFiles().write(folder.file(TestTasks.id(1)), "{}".getBytes(UTF_8));
    assertThat(disk.atRisk()).isSubsetOf("out/parked/.lock");
    folder.close();
  }
}
