package io.serproutes.ids;

import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of all drop files that are in the inbox, read without a claim, those that a feeder has
 * not shown yet included. Changes nothing.
 */
public final class InboxIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-reconcile");

  private InboxIds() {}

  /**
   * Passes on the ids of {@code serp.folder.inbox}, those that have ended included. A file that
   * cannot be read is logged, and what comes before the fault is passed on.
   *
   * @throws IOException where the inbox cannot be listed
   */
  public static void forEach(Settings settings, Consumer<TaskId> visitor) throws IOException {
    Path inbox = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().normalize();
    String apiPath = settings.get(Keys.API_PATH);
    if (!Files.exists(inbox)) {
      return;
    }
    readHidden(inbox, visitor); // first, as they become drop files
    try (InboxWalk files =
        new InboxWalk(inbox, (file, why) -> LOG.warn("{} is not read: {}", readable(file), why))) {
      while (files.hasNext()) {
        Path file = files.next();
        read(file, () -> DropFileContent.open(file, apiPath, new AtomicLong()), visitor);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /**
   * Passes on what stands for ids in one file, of any format of the drop folder.
   *
   * @param name the name of the file, which tells its format
   * @param content opens it; may be asked again while another is open
   * @throws IOException where the file is of no such format, is broken or cannot be read; the
   *     message says how, for a person
   */
  public static void ofFile(
      Settings settings,
      String name,
      ThrowingSupplier<InputStream, IOException> content,
      Consumer<String> visitor)
      throws IOException {
    String apiPath = settings.get(Keys.API_PATH);
    try (IdReader ids = DropFileContent.open(name, content, apiPath, new AtomicLong())) {
      for (IdReader.Entry entry; (entry = ids.next()) != null; ) {
        visitor.accept(entry.text());
      }
    }
  }

  private static void readHidden(Path inbox, Consumer<TaskId> visitor) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(inbox, ".*-*.txt.part")) {
      for (Path file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          read(file, () -> new TextIds(Files.newBufferedReader(file)), visitor);
        }
      }
    }
  }

  private static void read(
      Path file, ThrowingSupplier<IdReader, IOException> opening, Consumer<TaskId> visitor) {
    try (IdReader ids = opening.get()) {
      for (IdReader.Entry entry; (entry = ids.next()) != null; ) {
        TaskId id = TaskId.parse(entry.text());
        if (id != null) {
          visitor.accept(id);
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} was moved: its ids have ended or are parked", readable(file));
    } catch (IOException e) {
      LOG.warn("{} cannot be read to its end: {}", readable(file), Failures.inWords(e));
    }
  }

  private static String readable(Path file) {
    return Source.readable(file.getFileName().toString());
  }
}
