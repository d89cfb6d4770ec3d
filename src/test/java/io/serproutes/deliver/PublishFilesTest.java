package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.Settings;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishFilesTest {

  private static final String ITEMS = "[{\"items\":[{\"type\":\"organic\"}]}]";

  @TempDir private Path dir;
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final AtomicInteger done = new AtomicInteger();
  private volatile Error error;
  private ResultFiles files;
  private PublishFiles<?> publish;

  @BeforeEach
  void start() {
    files =
        new ResultFiles(
            new Settings(
                Map.of("serp.files.dir", dir.toString(), "serp.files.layout", "flat")::get));
    publish = new PublishFiles<>(files, this::goOn);
    publish.setCamelContext(context);
    context.start();
    publish.start();
  }

  @AfterEach
  void stop() {
    mayGoOn.countDown();
    publish.stop();
    context.stop();
  }

  private void goOn(Runnable rest) {
    Error now = error;
    if (now != null) {
      error = null;
      throw now;
    }
    try {
      mayGoOn.await(); // on the publisher's thread, which is slow so
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rest.run();
  }

  private Exchange answered(long number)
      throws IOException, OutputUnavailableException, StoppingException {
    TaskId id = TestTasks.id(number);
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", ITEMS));
    for (ItemBatch batch : ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound())) {
      files.items(task, batch);
    }
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Task.VARIABLE, task);
    exchange.getMessage().setBody("{}".getBytes(UTF_8));
    return exchange;
  }

  private long visible(String kind) throws IOException {
    try (Stream<Path> paths = Files.list(dir.resolve(kind))) {
      return paths.filter(path -> !path.getFileName().toString().startsWith(".")).count();
    }
  }

  @Test
  void threadsWaitWhenManyTasksDo() throws Exception {
    int all = PublishFiles.MOST_WAITING + 10;
    AtomicInteger returned = new AtomicInteger();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      publish.process(answered(0), doneSync -> done.incrementAndGet());
      await().until(() -> visible("receipts") == 1); // and the publisher is held now
      for (int i = 1; i <= all; i++) {
        Exchange exchange = answered(i);
        threads.execute(
            () -> {
              publish.process(exchange, doneSync -> done.incrementAndGet());
              returned.incrementAndGet();
            });
      }
      await()
          .during(Duration.ofMillis(300))
          .until(() -> returned.get() == PublishFiles.MOST_WAITING);
      mayGoOn.countDown();
      await().until(() -> done.get() == all + 1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(visible("organic")).isEqualTo(all + 1);
    assertThat(visible("receipts")).isEqualTo(all + 1);
  }

  @Test
  void aFailureIsTheExchangesOwn() throws Exception {
    mayGoOn.countDown();
    Exchange failing = answered(1);
    Files.createDirectories(dir.resolve("organic").resolve(TestTasks.id(1) + ".json"));
    Exchange good = answered(2);
    for (Exchange exchange : List.of(failing, good)) {
      assertThat(publish.process(exchange, doneSync -> done.incrementAndGet())).isFalse();
    }
    await().until(() -> done.get() == 2);
    assertThat(failing.getException()).isInstanceOf(OutputUnavailableException.class);
    assertThat(good.getException()).isNull();
    assertThat(visible("receipts")).isOne();
  }

  /** An error where its task goes on: the publisher is not gone with it. */
  @Test
  void anErrorOfOneTaskHoldsUpNoOther() throws Exception {
    mayGoOn.countDown();
    error = new AssertionError("of a test");
    publish.process(answered(1), doneSync -> done.incrementAndGet());
    await().until(() -> error == null);
    publish.process(answered(2), doneSync -> done.incrementAndGet());
    await().until(() -> done.get() == 1);
    assertThat(visible("receipts")).isEqualTo(2);
  }

  @Test
  void aTaskUnderAStoppedRouteIsStillPublished() throws Exception {
    mayGoOn.countDown();
    publish.stop();
    publish.process(answered(1), doneSync -> done.incrementAndGet());
    assertThat(done).hasValue(1);
    assertThat(visible("receipts")).isOne();
  }

  /** An output that fails altogether. */
  private static final class Failing implements GroupCommit<StagedFiles> {

    private int finished;

    @Override
    public StagedFiles stage(Task task, byte[] last) {
      return StagedFiles.of(task, Path.of("out"), new DurableFiles());
    }

    @Override
    public void publish(List<StagedFiles> all) {
      throw new AssertionError("of a test");
    }

    @Override
    public void finish() {
      finished++;
    }
  }

  @Test
  void anErrorOfTheOutputIsTheFailureOfEachTask() throws Exception {
    mayGoOn.countDown();
    Failing failing = new Failing();
    PublishFiles<?> publisher = new PublishFiles<>(failing, Runnable::run);
    publisher.setCamelContext(context);
    assertThat(publisher.getCamelContext()).isSameAs(context);
    publisher.start();
    List<Exchange> exchanges = List.of(answered(1), answered(2));
    for (Exchange exchange : exchanges) {
      publisher.process(exchange, doneSync -> done.incrementAndGet());
    }
    await().until(() -> done.get() == 2);
    assertThat(exchanges)
        .extracting(Exchange::getException)
        .allMatch(IllegalStateException.class::isInstance)
        .extracting(Exception::getMessage)
        .containsOnly("files not published: java.lang.AssertionError: of a test");
    assertThat(failing.finished).isZero();
    publisher.stop();
    assertThat(failing.finished).isOne();
  }

  @Test
  void whatCannotBeStagedEndsAtOnce() throws Exception {
    Exchange exchange = answered(1);
    exchange.getMessage().setBody(null);
    List<Boolean> ended = new ArrayList<>();
    assertThat(publish.process(exchange, ended::add)).isTrue();
    assertThat(ended).containsExactly(true);
    assertThat(exchange.getException()).isInstanceOf(InvalidPayloadException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aThreadThatIsStoppedWhileItWaitsSaysSo() throws Exception {
    Exchange exchange = answered(1);
    List<Boolean> ended = new ArrayList<>();
    PublishFiles<?> publisher = new PublishFiles<>(new Failing(), Runnable::run);
    Thread.currentThread().interrupt();
    assertThat(publisher.process(exchange, ended::add)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended).containsExactly(true);
    assertThat(exchange.getException()).isInstanceOf(InterruptedException.class);
  }
}
