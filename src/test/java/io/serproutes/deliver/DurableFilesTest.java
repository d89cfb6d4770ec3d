package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.serproutes.PowerCut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {

  @TempDir private Path folder;
  private final DurableFiles files = new DurableFiles();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.map(name -> name.getFileName().toString()).toList();
    }
  }

  @Test
  void aStagedFileAppearsWhenItIsPublished() throws IOException {
    Path file = folder.resolve("a.json");
    Files.writeString(file, "old");
    files.stage(file, out -> out.write(bytes("new")));
    assertThat(file).hasContent("old");
    assertThat(names(folder)).hasSize(2).allMatch(n -> n.equals("a.json") || n.startsWith("."));
    files.publish(file);
    DurableFiles.syncFolder(file.getParent());
    assertThat(file).hasContent("new");
    assertThat(names(folder)).containsExactly("a.json");
  }

  @Test
  void whatCannotBeWrittenWholeLeavesNothing() throws IOException {
    Path file = folder.resolve("a.json");
    assertThatIOException()
        .isThrownBy(
            () ->
                files.stage(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertThat(names(folder)).isEmpty();
    assertThatIOException().isThrownBy(() -> files.publish(file));
  }

  @Test
  void whatAnEarlierTryLeftIsWrittenOver() throws IOException {
    Path file = folder.resolve("a.json");
    files.stage(file, out -> out.write(bytes("a long beginning")));
    files.write(file, bytes("short"));
    assertThat(file).hasContent("short");
  }

  /** The first process of every container has the same process id. */
  @Test
  void twoThatWriteOneFileWriteDifferentHiddenFiles() throws IOException {
    Path file = folder.resolve("a.json");
    DurableFiles others = new DurableFiles();
    files.stage(file, out -> out.write(bytes("ours")));
    others.stage(file, out -> out.write(bytes("theirs")));
    assertThat(names(folder)).hasSize(2);
    files.publish(file);
    assertThat(file).hasContent("ours");
    others.publish(file);
    assertThat(file).hasContent("theirs");
  }

  @Test
  void aLinkUnderAHiddenNameIsNotFollowed() throws IOException {
    Path file = folder.resolve("a.json");
    files.stage(file, out -> out.write(bytes("x")));
    Path hidden = folder.resolve(names(folder).get(0));
    Files.delete(hidden);
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(hidden, victim);
    files.write(file, bytes("y"));
    assertThat(victim).hasContent("precious");
    assertThat(file).isRegularFile().hasContent("y");
    assertThat(file).isNot(new Condition<>(Files::isSymbolicLink, "a link"));
  }

  @Test
  void whateverEndsTheWritingLeavesNothing() {
    Path file = folder.resolve("a.json");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                files.stage(
                    file,
                    out -> {
                      throw new IllegalStateException();
                    }));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatCannotAppearLeavesNothing() throws IOException {
    Path file = folder.resolve("a.json");
    Files.createDirectories(file.resolve("not-empty"));
    assertThatIOException().isThrownBy(() -> files.write(file, bytes("x")));
    assertThat(names(folder)).containsExactly("a.json");
  }

  @Test
  void foldersAreMadeWhereTheyAreMissing() throws IOException {
    Path file = folder.resolve("organic").resolve("0317").resolve("a.json");
    files.write(file, bytes("x"));
    assertThat(file).hasContent("x");
  }

  @Test
  void aFolderThatCannotBeSyncedIsTold() {
    Path missing = Path.of("missing");
    assertThatIOException()
        .isThrownBy(() -> DurableFiles.syncFolder(missing))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsWrittenSurvivesAPowerCutWithAllFoldersAboveIt() throws IOException {
    PowerCut disk = new PowerCut(folder);
    Path file = disk.root().resolve("out").resolve("organic").resolve("0317").resolve("a.json");
    files.write(file, bytes("first"));
    assertThat(disk.atRisk()).isEmpty();
    files.write(file, bytes("second"));
    assertThat(disk.atRisk()).isEmpty();
    DurableFiles.createFolders(disk.root().resolve("out").resolve("paid").resolve("0318"));
    assertThat(disk.atRisk()).isEmpty();
  }

  /** Another thread finds it at the moment between. */
  @Test
  void aFolderIsUsedOnceItSurvivesAPowerCut() throws Exception {
    PowerCut disk = new PowerCut(folder);
    Path organic = Files.createDirectory(disk.root().resolve("organic"));
    DurableFiles.syncFolder(disk.root());
    List<String> atRisk = new CopyOnWriteArrayList<>();
    FutureTask<Void> other =
        new FutureTask<>(
            () -> {
              files.write(organic.resolve("0317").resolve("other.json"), bytes("x"));
              atRisk.addAll(disk.atRisk());
              return null;
            });
    Thread thread = new Thread(other);
    disk.beforeSync(
        () -> {
          disk.beforeSync(() -> {});
          thread.start();
          await().until(() -> other.isDone() || thread.getState() == Thread.State.WAITING);
        });
    files.write(organic.resolve("0317").resolve("a.json"), bytes("x"));
    other.get();
    assertThat(atRisk).doesNotContain("organic/");
  }

  /** Many files share the sync of their folder. */
  @Test
  void aStagedFileHasItsContentAndAPublishedOneItsNameOnceTheFolderIsSynced() throws IOException {
    PowerCut disk = new PowerCut(folder);
    Path file = disk.root().resolve("a.json");
    files.stage(file, out -> out.write(bytes("new")));
    assertThat(disk.atRisk()).as("only its hidden name").containsExactly("/");
    files.publish(file);
    assertThat(disk.atRisk()).containsExactly("/");
    DurableFiles.syncFolder(disk.root());
    assertThat(disk.atRisk()).isEmpty();
  }

  /** Many blocks at once, and from the middle of an array. */
  @Test
  void whatIsLongIsWrittenAsItIs() throws IOException {
    byte[] content = new byte[200_001];
    new Random(1).nextBytes(content);
    Path file = folder.resolve("a.json");
    files.write(file, content);
    assertThat(file).hasBinaryContent(content);
    files.write(file, out -> out.write(content, 7, content.length - 7));
    assertThat(file).hasBinaryContent(Arrays.copyOfRange(content, 7, content.length));
  }

  @Test
  void onlyASmallFileIsRead() throws IOException {
    Path file = Files.write(folder.resolve("a.json"), new byte[1 << 20]);
    assertThat(DurableFiles.read(file)).hasSize(1 << 20);
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThatIOException()
        .isThrownBy(() -> DurableFiles.read(link))
        .withMessage("it is no regular file");
    assertThatIOException()
        .isThrownBy(() -> DurableFiles.read(file.resolve("b.json")))
        .isInstanceOf(FileSystemException.class);
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatIOException().isThrownBy(() -> DurableFiles.read(file)).withMessage("it is too long");
  }
}
