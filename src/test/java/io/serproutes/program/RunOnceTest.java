package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunOnceTest {

  private static final String TIME = "\\d\\d:\\d\\d:\\d\\d";

  @TempDir private Path out;
  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.once", "true",
                  "serp.once.wait-not-ready", "5m",
                  "serp.once.wait-circuit", "2m")
              ::get);
  private final Intake intake = new Intake();
  private final Gate gate = new Gate(settings, new BeginTask());
  private final Tally tally = new Tally(new Secrets(settings));
  @AutoClose private final LogLines log = LogLines.of("serp-routes");
  private final MainUnderTest main = new MainUnderTest();
  private long now = -1_000_000_000L;
  private final RunOnce run = new RunOnce(main, settings, List.of(), new NoClock(), () -> now);
  private int parked;
  private String whyNotKnown;
  private Duration timeOfALook = Duration.ZERO;
  private int looks;

  /** A program whose end is noted. */
  private static final class MainUnderTest extends Main {

    private boolean completed;

    MainUnderTest() {
      camelContext = new DefaultCamelContext();
    }

    @Override
    public void completed() {
      completed = true;
    }
  }

  /** A clock that the test stands in for. */
  private static final class NoClock extends ScheduledThreadPoolExecutor {

    NoClock() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long initialDelay, long delay, TimeUnit unit) {
      return null;
    }
  }

  private final class Parked implements ParkedIds {

    @Override
    public int size() {
      now += timeOfALook.toNanos();
      looks++;
      return parked;
    }

    @Override
    public boolean isKnown() {
      return whyNotKnown == null;
    }

    @Override
    public String whyNotKnown() {
      return whyNotKnown;
    }

    @Override
    public Instant oldest() {
      return null;
    }

    @Override
    public Instant nextDue() {
      return parked == 0 ? null : Instant.now().plusSeconds(60);
    }
  }

  @Test
  void deadLettersThatCannotBeListedAreNoSuccess() throws IOException {
    Files.createFile(out.resolve("dead-letters"));
    Settings files = new Settings(Map.of("serp.files.dir", out.toString())::get);
    DeadLetterFiles letters = new DeadLetterFiles(files, intake);
    main.getCamelContext().getRegistry().bind("letters", letters);
    assertThat(letters.ids().hasNext()).isFalse();
    run.look();
    assertThat(run.exitCode(0)).isEqualTo(2);
  }

  @BeforeEach
  void start() {
    Map<String, Object> beans =
        Map.of(
            "gate", gate,
            "intake", intake,
            "begin", new BeginTask(),
            "tally", tally,
            "parked", new Parked());
    beans.forEach(main.getCamelContext().getRegistry()::bind);
    run.afterStart(main);
  }

  private Delivery take() throws InterruptedException {
    return intake.take("an id", Source.named("test"), ended -> {});
  }

  private void lookAfter(Duration time) {
    now += time.toNanos();
    run.look();
  }

  @Test
  void aRunEndsWhenNothingIsLeft() throws InterruptedException {
    Delivery delivery = take();
    lookAfter(Duration.ZERO);
    assertThat(main.completed).isFalse();
    assertThat(run.exitCode(4)).as("it is stopped").isEqualTo(4);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    lookAfter(Duration.ZERO);
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(4)).as("it had ended").isZero();
    assertThat(log.lines()).isEmpty();
  }

  /** Here a file lies where progress is kept. */
  @Test
  void aRunWhoseInboxFailsEndsAfterTheWaitForTheCircuit() throws IOException {
    Map<String, String> keys =
        Map.of("serp.folder.inbox", out.toString(), "serp.folder.settle", "0ms");
    DropFolder folder = new DropFolder(new Settings(keys::get), intake);
    folder.prepare();
    main.getCamelContext().getRegistry().bind("folder", folder);
    Files.writeString(out.resolve("ids.txt"), TestTasks.id(1) + "\n");
    lookAfter(Duration.ZERO);
    assertThat(log.lines()).isEmpty();
    Files.delete(out.resolve(".serp/claims"));
    Files.delete(out.resolve(".serp"));
    Files.createFile(out.resolve(".serp"));
    assertThat(folder.claimed().hasNext()).isFalse();
    lookAfter(Duration.ZERO);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("INFO waiting: halted: the inbox");
    lookAfter(Duration.ofSeconds(119));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(run.exitCode(0)).isEqualTo(3);
    assertThat(log.lines()).last().asString().startsWith("ERROR the run ends: the inbox " + out);
  }

  @Test
  void aRunThatCannotKeepParkedIdsEndsAfterTheWaitForTheCircuit() {
    whyNotKnown = "parked ids cannot be kept in /tmp (No space left on device)";
    lookAfter(Duration.ZERO);
    lookAfter(Duration.ofSeconds(119));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(run.exitCode(0)).isEqualTo(3);
    assertThat(log.lines()).last().asString().startsWith("ERROR the run ends: " + whyNotKnown);
  }

  @Test
  void itSaysHowLongItWaitsForIdsThatAreNotReady() {
    parked = 1;
    lookAfter(Duration.ZERO);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .matches(
            "INFO waiting: 1 id is not ready yet, next try at %s; giving up waiting at %s"
                .formatted(TIME, TIME));
    lookAfter(Duration.ofSeconds(59));
    assertThat(log.lines()).hasSize(1);
    parked = 2;
    lookAfter(Duration.ofSeconds(1));
    assertThat(log.lines()).hasSize(2).last().asString().contains("2 ids are not ready yet");
    lookAfter(Duration.ofMinutes(3));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofMinutes(1));
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(0)).isEqualTo(4);
  }

  /** Of many thousands, some are asked for at any moment; all of them stay parked. */
  @Test
  void theWaitForIdsThatAreNotReadyEndsAlsoWhileOneIsAskedAgain() throws InterruptedException {
    parked = 1;
    Delivery delivery = take();
    lookAfter(Duration.ZERO);
    assertThat(log.lines()).singleElement().asString().contains("1 id is not ready yet");
    lookAfter(Duration.ofSeconds(299));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(0)).isEqualTo(4);
    delivery.settlement().settled(Delivery.Outcome.PARKED);
  }

  /** Else each try would be a line. */
  @Test
  void aTryOfAParkedIdIsNoReasonToSayItAgain() throws InterruptedException {
    parked = 1;
    lookAfter(Duration.ZERO);
    for (int i = 0; i < 10; i++) {
      Delivery delivery = take();
      lookAfter(Duration.ofSeconds(1));
      delivery.settlement().settled(Delivery.Outcome.DELIVERED);
      lookAfter(Duration.ofSeconds(1));
    }
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void itSaysHowLongItWaitsForAnOpenCircuit() throws InterruptedException {
    take();
    gate.cannotDeliver("disk full", "Free some space");
    lookAfter(Duration.ZERO);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .matches("INFO waiting: halted: .*disk full.*; giving up waiting at %s".formatted(TIME));
    lookAfter(Duration.ofSeconds(119));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"401, 40100", "401, 20000", "200, 40100"})
  void aRefusedLoginEndsItAtOnce(int httpStatus, int code) throws InterruptedException {
    take();
    TestTasks.refuseAccount(gate, httpStatus, code);
    lookAfter(Duration.ZERO);
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(0)).isEqualTo(3);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("ERROR the run ends: the login or the password is rejected (")
        .endsWith("), and waiting does not help");
  }

  @Test
  void anAccountWithoutMoneyIsWaitedFor() throws InterruptedException {
    take();
    TestTasks.refuseAccount(gate, 402, 40200);
    lookAfter(Duration.ZERO);
    lookAfter(Duration.ofSeconds(119));
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(run.exitCode(0)).isEqualTo(3);
    assertThat(log.lines()).last().asString().doesNotContain("waiting does not help");
  }

  @Test
  void onceAMinuteItSaysWhatIsNotFinished() throws InterruptedException {
    take();
    lookAfter(Duration.ofSeconds(59));
    assertThat(log.lines()).isEmpty();
    lookAfter(Duration.ofSeconds(1));
    assertThat(log.lines()).containsExactly("INFO waiting: 1 id in work, 0 ids parked");
    tally.ended(TestTasks.fresh("no id"));
    lookAfter(Duration.ofMinutes(1));
    assertThat(log.lines()).as("progress says it").hasSize(1);
  }

  @Test
  void itSaysThatItIsThrottled() throws InterruptedException {
    take();
    TestTasks.refuseAccount(gate, 429, 40202); // the circuit stays closed
    lookAfter(Duration.ofMinutes(1));
    assertThat(log.lines())
        .singleElement()
        .asString()
        .matches(
            "INFO waiting: Throttled \\(HTTP 429, 40202\\): all calls pause, the next one is in"
                + " \\d s; 1 id in work, 0 ids parked");
  }

  @Test
  void aDeadLetterIsExitCode2AlsoWhereIdsAreParked() {
    tally.ended(TestTasks.fresh("no id"));
    parked = 1;
    lookAfter(Duration.ZERO);
    lookAfter(Duration.ofMinutes(5));
    assertThat(run.exitCode(0)).isEqualTo(2);
  }

  @Test
  void aRunThatCannotTellWhetherItIsOverEndsAfterAMinute() {
    main.getCamelContext().getRegistry().unbind("gate");
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    now += Duration.ofSeconds(59).toNanos();
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    assertThat(main.completed).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(main.completed).isTrue();
    assertThat(run.exitCode(0)).isEqualTo(5);
    assertThat(log.lines()).last().asString().endsWith("; nothing is lost, start it again");
  }

  /** An inbox may hold very many files of the next run. */
  @Test
  void aLookThatTakesLongIsFollowedByARest() {
    parked = 1;
    timeOfALook = Duration.ofMillis(250);
    lookAfter(Duration.ZERO);
    lookAfter(Duration.ofMillis(999));
    assertThat(looks).isEqualTo(1);
    lookAfter(Duration.ofMillis(1));
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void neitherDoesItKeepTheIdsThatItWasGiven() {
    CommandLineIds given = new CommandLineIds(settings, intake);
    main.getCamelContext().getRegistry().bind("given", given);
    main.getCamelContext().getRegistry().unbind("gate");
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    lookAfter(Duration.ofMinutes(1));
    assertThat(log.lines()).last().asString().endsWith("; give the ids without a receipt again");
  }
}
