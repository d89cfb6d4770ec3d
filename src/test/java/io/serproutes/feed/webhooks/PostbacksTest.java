package io.serproutes.feed.webhooks;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.serproutes.IllegalSettingException;
import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Claims;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Intake;
import io.serproutes.ids.LockOfOtherProcess;
import io.serproutes.ids.TaskId;
import io.serproutes.items.AnswerReader;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostbacksTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final int MOST = 4096;

  @TempDir private Path temp;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final BeginTask work = new BeginTask();
  private final List<Postbacks> all = new ArrayList<>();
  private Tally tally;
  private Postbacks postbacks;

  @BeforeEach
  void prepare() throws IOException {
    Settings settings = settings("body");
    tally = new Tally(new Secrets(settings));
    FedMemory memory = new FedMemory(settings, tally);
    memory.listen();
    context.getRegistry().bind("fed", memory);
    postbacks = another();
  }

  private Settings settings(String mode) {
    return new Settings(
        Map.of(
                "serp.from",
                "webhooks",
                "serp.webhooks.postback",
                mode,
                "serp.api.max-response-size",
                MOST + "B",
                "serp.files.dir",
                temp.resolve("out").toString())
            ::get);
  }

  /** As in another process, but for locks: this one has them all. */
  private Postbacks another() throws IOException {
    Settings settings = settings("body");
    Postbacks one = new Postbacks(settings, new Intake(), work, TestTasks.judgePosted(settings));
    one.setCamelContext(context);
    one.prepare();
    all.add(one);
    return one;
  }

  @AfterEach
  void close() throws IOException {
    for (Postbacks one : all) {
      one.close();
    }
  }

  private Path folder() {
    return temp.resolve("out/postbacks");
  }

  private Path file(TaskId id) {
    return folder().resolve(id + ".json.gz");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".claims"))
          .toList();
    }
  }

  private static byte[] answer(String message) {
    return TestTasks.body(ID, 20000, "{\"m\":\"" + message + "\"}", "[]").getBytes(UTF_8);
  }

  private Signal posted(byte[] body) throws IOException {
    PostedBody posted = postbacks.begin(ID);
    posted.write(body);
    assertThat(posted.end()).isTrue();
    return new Signal(ID, posted);
  }

  private void keep(String message) throws IOException {
    assertThat(postbacks.keep(List.of(posted(answer(message))))).isNull();
  }

  private static List<Delivery> due(Postbacks postbacks) {
    List<Delivery> due = new ArrayList<>();
    Iterator<Delivery> all = postbacks.due();
    all.forEachRemaining(due::add);
    return due;
  }

  private static void settle(Delivery delivery, Outcome outcome) {
    delivery.settlement().settled(outcome);
  }

  @Test
  void aBodyIsKeptAsItWasSent() throws IOException {
    byte[] sent = gzip(answer("x"));
    postbacks.keep(List.of(posted(sent)));
    assertThat(file(ID)).hasBinaryContent(sent);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(ID))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
    assertThat(names()).hasSize(1);
  }

  @Test
  void aPlainBodyIsPacked() throws IOException {
    postbacks.keep(List.of(posted(answer("x"))));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file(ID)))) {
      assertThat(in.readAllBytes()).isEqualTo(answer("x"));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(ID))))
        .isEqualTo("rw-------");
    assertThat(names()).hasSize(1);
  }

  @Test
  void aBodyThatIsNoAnswerIsNotKept() throws IOException {
    byte[] whole = gzip(answer("x"));
    for (byte[] body :
        List.of(
            "no JSON".getBytes(UTF_8),
            java.util.Arrays.copyOf(whole, whole.length - 9),
            java.util.Arrays.copyOf(whole, 5),
            new byte[] {0x1f},
            TestTasks.body(ID, 40602, "{}", "null").getBytes(UTF_8))) {
      PostedBody posted = postbacks.begin(ID);
      posted.write(body);
      assertThat(posted.end()).isFalse();
      posted.discard();
    }
    assertThat(postbacks.begin(ID).end()).as("nothing").isFalse();
    assertThat(names()).isEmpty();
  }

  @Test
  void aBodyOverTheLimitUnpackedIsNotKept() throws IOException {
    for (byte[] body : List.of(answer("x".repeat(MOST)), gzip(answer("x".repeat(MOST))))) {
      PostedBody posted = postbacks.begin(ID);
      posted.write(body);
      assertThatThrownBy(posted::end).isInstanceOf(AnswerReader.TooLargeException.class);
      posted.discard();
    }
    assertThat(names()).isEmpty();
  }

  /** Its caller has gone meanwhile: the id must not be taken for kept. */
  @Test
  void anIdWhoseBodyWasDiscardedIsKeptElsewhere() throws IOException {
    Signal signal = posted(answer("x"));
    signal.answer().discard();
    Signal ping = new Signal(TestTasks.id(2), null);
    assertThat(postbacks.keep(List.of(signal, ping))).containsExactly(ID, TestTasks.id(2));
    assertThat(names()).isEmpty();
  }

  @Test
  void anAnswerIsWorkedOnOnceAndRemovedWhenItsIdHasEnded() throws IOException {
    keep("x");
    List<Delivery> due = due(postbacks);
    assertThat(due).hasSize(1);
    assertThat(due.get(0).text()).isEqualTo(ID.value());
    assertThat(due.get(0).source().label()).isEqualTo("postback");
    assertThat(due.get(0).answer()).isEqualTo(file(ID));
    assertThat(due(postbacks)).as("in work").isEmpty();
    settle(due.get(0), Outcome.DEAD_LETTERED);
    assertThat(names()).isEmpty();
    assertThat(due(postbacks)).isEmpty();
  }

  @Test
  void anIdThatIsKeptStaysAndIsNotTriedAgainAtOnce() throws IOException {
    keep("x");
    settle(due(postbacks).get(0), Outcome.KEPT);
    assertThat(names()).hasSize(1);
    assertThat(due(postbacks)).isEmpty();
    assertThat(due(another())).as("after a restart").hasSize(1);
  }

  @Test
  void aNewerAnswerStaysWhenTheOlderOneIsRemoved() throws IOException {
    keep("no good");
    Delivery first = due(postbacks).get(0);
    keep("good");
    settle(first, Outcome.DEAD_LETTERED);
    assertThat(names()).hasSize(1);
    assertThat(due(postbacks)).hasSize(1);
  }

  @Test
  void anAnswerOfAnIdThatWasDeliveredMeanwhileIsRemoved() throws IOException {
    keep("x");
    tally.ended(TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, 20000, "{}", "[]")));
    assertThat(due(postbacks)).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void whileAnotherDeliveryOfTheIdIsInWorkItWaits() throws IOException {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(ID.value());
    work.process(exchange, doneSync -> {});
    keep("x");
    assertThat(due(postbacks)).isEmpty();
    assertThat(names()).hasSize(1);
  }

  @Test
  void whatAnotherProcessWorksOnIsLeftToIt() throws Exception {
    keep("x");
    postbacks.close();
    try (LockOfOtherProcess other =
        new LockOfOtherProcess(folder().resolve(".claims"), Claims.place(file(ID).getFileName()))) {
      assertThat(due(postbacks)).isEmpty();
    }
    assertThat(due(postbacks)).hasSize(1);
  }

  @Test
  void onlyFilesOfAnswersAreRead() throws IOException {
    Files.createDirectory(folder().resolve(TestTasks.id(3) + ".json.gz.d"));
    Files.writeString(folder().resolve("notes.json.gz"), "");
    Files.writeString(folder().resolve(TestTasks.id(4).value().replace('0', 'A') + ".json.gz"), "");
    assertThat(due(postbacks)).isEmpty();
  }

  @Test
  void whatAKillLeftHalfWrittenIsRemoved() throws IOException {
    Path old = Files.writeString(folder().resolve("." + ID + ".0123.part"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(90)));
    Path fresh = Files.writeString(folder().resolve("." + ID + ".4567.part"), "x");
    assertThat(due(another())).isEmpty();
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void aFolderThatIsALinkStopsTheStart() throws IOException {
    postbacks.close();
    Files.delete(folder().resolve(".claims"));
    Files.delete(folder());
    Files.createSymbolicLink(folder(), temp);
    assertThatThrownBy(this::another)
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageStartingWith("serp.files.dir: answers that are posted are kept in " + folder());
  }

  /** Only a start that stores bodies looks at it. */
  @Test
  void aFolderOfAnotherUserIsToldOnceWhereBodiesAreNotStored() throws IOException {
    UserPrincipal before = Files.getOwner(folder());
    assumeTrue(before.getName().equals("root"), "skipped: needs root, to give a folder away");
    keep("x");
    postbacks.close();
    Files.setOwner(
        folder(),
        folder().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    Settings settings = settings("refetch");
    Postbacks other = new Postbacks(settings, new Intake(), work, TestTasks.judgePosted(settings));
    other.setCamelContext(context);
    all.add(other);
    try (LogLines log = LogLines.of("serp-ids-from-postbacks")) {
      assertThat(due(other)).isEmpty();
      assertThat(due(other)).isEmpty();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN answers that were posted cannot be read from " + folder() + ": ")
          .contains("it belongs to nobody")
          .endsWith("; this is tried again, none is lost");
    }
    Files.setOwner(folder(), before);
    assertThat(due(other)).hasSize(1);
  }

  @Test
  void nothingIsMadeWhereBodiesAreNotStored() throws IOException {
    Settings settings = settings("refetch");
    postbacks.close();
    Files.delete(folder().resolve(".claims"));
    Files.delete(folder());
    Postbacks other = new Postbacks(settings, new Intake(), work, TestTasks.judgePosted(settings));
    other.prepare();
    assertThat(due(other)).isEmpty();
    assertThat(folder()).doesNotExist();
  }
}
