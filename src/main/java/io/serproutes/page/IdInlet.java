package io.serproutes.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.IdTable;
import io.serproutes.ids.InboxIds;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * Gives ids to the source that keeps them: the drop folder or, without one, the topic of ids. They
 * are durable when a method returns. Safe for use by many threads. Stops with the context.
 */
final class IdInlet extends ServiceSupport {

  private static final long MOST_TO_FOLDER = 1L << 30;
  private static final long MOST_TO_TOPIC = 64L << 20;
  private static final int MOST_QUOTED = 10;
  private static final int LONGEST_QUOTE = 80;
  private static final Pattern WORD = Pattern.compile("[^\\s,;\"'\\[\\]\uFEFF]+");

  private final Settings settings;
  private final GivenFiles files; // null: nothing here takes ids
  private final ProducerTemplate topic; // null: they go to the drop folder

  /**
   * What was given.
   *
   * @param to the name of the file in the inbox, or the topic, for a person
   * @param ids how many; null where they were not looked at
   * @param notIds the first texts that are no ids and were left out
   */
  record Given(String to, Integer ids, List<String> notIds) {}

  IdInlet(CamelContext context, Settings settings) {
    this.settings = settings;
    boolean writes = !settings.get(Keys.PAGE_WRITE).equals("off");
    String takes = writes ? Status.takes(settings) : null;
    DropFolder folder = context.getRegistry().findSingleByType(DropFolder.class);
    topic = "kafka".equals(takes) ? context.createProducerTemplate() : null;
    if (topic != null) {
      // a file is there until its ids are in the topic
      files = new GivenFiles(Path.of(System.getProperty("java.io.tmpdir")), shown -> {});
    } else if ("folder".equals(takes)) {
      files = new GivenFiles(folder.inbox(), folder::whole);
      files.sweep();
    } else {
      files = null;
    }
  }

  /**
   * Requires that something here takes ids.
   *
   * @throws RefusedException with 409
   */
  void check() throws RefusedException {
    if (files == null) {
      throw new RefusedException(
          409, "serp.from names neither folder nor kafka, so nothing here takes ids.");
    }
  }

  /** The most bytes that a file may have. */
  long mostBytes() {
    return topic == null ? MOST_TO_FOLDER : MOST_TO_TOPIC;
  }

  /** Begins a file that is given as it is. */
  GivenFiles.Part begin(long bytes) throws IOException, RefusedException {
    check();
    return topic == null ? files.begin(bytes) : files.beginUnnamed(bytes);
  }

  /** Gives a file that was begun and written. */
  Given file(GivenFiles.Part part, String name) throws IOException, RefusedException {
    return topic == null
        ? new Given(name(part.show(name)), null, List.of())
        : fileToTopic(part, name);
  }

  private static String name(Path file) {
    return Source.printable(file.getFileName().toString());
  }

  private Given fileToTopic(GivenFiles.Part file, String name)
      throws IOException, RefusedException {
    List<String> notIds = new ArrayList<>();
    try (IdBatches batches = new IdBatches(topic);
        IdTable seen = new IdTable(0)) {
      Consumer<TaskId> once = id -> addOnce(id, seen, batches);
      try {
        InboxIds.ofFile(settings, name, file::content, text -> add(text, once, notIds));
      } catch (IOException e) {
        batches.close();
        String before = batches.count() == 0 ? "" : " The ids before that were given.";
        throw new RefusedException(400, "The file is broken: " + e.getMessage() + "." + before);
      }
      batches.close();
      if (batches.count() == 0) {
        throw new RefusedException(400, "There is no id in the file.");
      }
      return new Given(topicInWords(), batches.count(), notIds);
    } catch (CamelExecutionException | UncheckedIOException e) {
      throw notKept(e);
    }
  }

  private static void addOnce(TaskId id, IdTable seen, Consumer<TaskId> ids) {
    try {
      if (seen.add(id)) {
        ids.accept(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not of the file, which is not broken
    }
  }

  private static RefusedException notKept(RuntimeException e) {
    String why = Secrets.oneLine(String.valueOf(e.getCause().getMessage()), 300);
    return new RefusedException(503, "Not all ids could be kept, give them again: " + why + ".");
  }

  private String topicInWords() {
    return "the topic " + settings.get(Keys.TOPIC_IDS);
  }

  private static void add(String word, Consumer<TaskId> ids, List<String> notIds) {
    TaskId id = TaskId.parse(word);
    if (id != null) {
      ids.accept(id);
    } else if (!word.isBlank() && notIds.size() < MOST_QUOTED) {
      notIds.add(Secrets.oneLine(word, LONGEST_QUOTE));
    }
  }

  // one by one: a line may have very many
  private static void words(String line, Consumer<String> visitor) {
    for (Matcher word = WORD.matcher(line); word.find(); ) {
      visitor.accept(word.group());
    }
  }

  /** Gives the ids of a text, a line or some words each; a line that begins with # is a comment. */
  Given text(String text) throws IOException, RefusedException {
    Set<TaskId> ids = new LinkedHashSet<>();
    List<String> notIds = new ArrayList<>();
    text.lines()
        .filter(line -> !line.strip().startsWith("#"))
        .forEach(line -> words(line, word -> add(word, ids::add, notIds)));
    if (ids.isEmpty()) {
      throw new RefusedException(400, "There is no id in it.");
    }
    return new Given(keep(ids::forEach).to, ids.size(), notIds);
  }

  /**
   * Gives ids, which are passed on one by one and not held.
   *
   * @return {@code ids} is 0 where there was none, and then nothing was given
   */
  Given keep(ThrowingConsumer<Consumer<TaskId>, IOException> ids)
      throws IOException, RefusedException {
    check();
    return topic == null ? toFolder(ids) : toTopic(ids);
  }

  private Given toFolder(ThrowingConsumer<Consumer<TaskId>, IOException> ids)
      throws IOException, RefusedException {
    int[] count = new int[1];
    try (GivenFiles.Part part = files.begin(0)) {
      ids.accept(
          id -> {
            write(part, (id + "\n").getBytes(US_ASCII));
            count[0]++;
          });
      if (count[0] == 0) {
        return new Given(null, 0, List.of());
      }
      Path shown = part.show("page-" + Times.stamp(Instant.now()) + ".txt");
      return new Given(name(shown), count[0], List.of());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(GivenFiles.Part part, byte[] line) {
    try {
      part.write(ByteBuffer.wrap(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RefusedException e) {
      throw new UncheckedIOException(new IOException(e.getMessage()));
    }
  }

  private Given toTopic(ThrowingConsumer<Consumer<TaskId>, IOException> ids)
      throws IOException, RefusedException {
    try (IdBatches batches = new IdBatches(topic)) {
      ids.accept(batches);
      batches.close();
      return new Given(topicInWords(), batches.count(), List.of());
    } catch (CamelExecutionException e) {
      throw notKept(e);
    }
  }

  @Override
  protected void doStop() throws IOException {
    if (topic != null) {
      topic.close();
    }
  }
}
