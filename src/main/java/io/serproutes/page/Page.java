package io.serproutes.page;

import io.serproutes.Outputs;
import io.serproutes.RepeatingTask;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.FetchLifecycle;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import io.serproutes.page.StaticFiles.StaticFile;
import io.serproutes.page.Ways.Need;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolBuilder;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.Registry;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page and the requests behind it; src/docs/page.md says what each answers. Every path is one
 * of a fixed list, and no part of a request names a path, a class, a template or an endpoint.
 */
public final class Page {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final int THREADS = 4;
  private static final int MOST_WAITING = 32;

  private final Settings settings;
  private final Guard guard;
  private final Ways ways;
  private final Requests requests; // they may wait for a disk or a broker
  private final Requests atOnce; // they wait for nobody, so that pause and status are never in line
  private final History history;
  private final Pause pause;
  private final Status status;
  private final DeadLetters deadLetters;
  private final DeadLetterList letters; // null: they are in no files
  private final ExecutorService ofLetters; // lists and counts them
  private final ParkedList parked;
  private final LookUp lookUp;
  private final Downloads downloads;
  private final Actions actions;

  /**
   * Opens the page of a program that has started.
   *
   * @param index the page at {@code /observe}
   */
  public static void open(CamelContext context, Router router, byte[] index) throws Exception {
    Page page = new Page(context);
    page.addWays(index);
    page.start(context.getExecutorServiceManager());
    router.route().order(-1).handler(page.ways::handle);
  }

  private Page(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    settings = registry.findSingleByType(Settings.class);
    Secrets secrets = registry.findSingleByType(Secrets.class);
    Tally tally = registry.findSingleByType(Tally.class);
    Gate gate = registry.findSingleByType(Gate.class);
    boolean hasFiles = Outputs.of(settings).ofReceipts().contains("files");
    guard = new Guard(settings);
    ways = new Ways(guard);
    requests = new Requests(threads(context, "serp-page"), secrets);
    atOnce = new Requests(threads(context, "serp-page-status"), secrets);
    history =
        new History(
            tally,
            gate,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            System::currentTimeMillis);
    Intake intake = registry.findSingleByType(Intake.class);
    pause = new Pause(registry.findSingleByType(FetchLifecycle.class), gate, intake);
    status = new Status(context, settings, pause, history, new Sources(context, settings));
    letters = hasFiles ? new DeadLetterList(settings) : null;
    ExecutorServiceManager pools = context.getExecutorServiceManager();
    ofLetters = pools.newSingleThreadExecutor(this, "serp-page-letters");
    deadLetters = new DeadLetters(tally, secrets, letters, ofLetters);
    parked = new ParkedList(registry.findByType(ParkedIds.class), secrets);
    lookUp = new LookUp(settings);
    ExecutorService streams = pools.newFixedThreadPool(this, "serp-page-stream", THREADS);
    downloads = new Downloads(settings, hasFiles, streams, secrets, guard, System::nanoTime);
    IdInlet inlet = new IdInlet(context, settings);
    context.addService(inlet);
    ExecutorService disk = pools.newFixedThreadPool(this, "serp-page-upload", THREADS);
    actions = new Actions(inlet, requests, disk, deadLetters, letters);
  }

  private ExecutorService threads(CamelContext context, String name) throws Exception {
    return new ThreadPoolBuilder(context)
        .poolSize(THREADS)
        .maxPoolSize(THREADS)
        .maxQueueSize(MOST_WAITING)
        .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
        .build(this, name);
  }

  private void start(ExecutorServiceManager pools) {
    Instant started = Instant.now();
    pools
        .newSingleThreadScheduledExecutor(this, "serp-page-clock")
        .scheduleAtFixedRate(
            new RepeatingTask("the history of the page", history::tick), 1, 1, TimeUnit.SECONDS);
    if (letters != null) {
      ofLetters.execute(() -> readOlder(started));
    }
  }

  private void readOlder(Instant started) {
    try {
      letters.newest(DeadLetters.MOST_OLDER, started).forEach(deadLetters::addOlder);
    } catch (RuntimeException e) {
      LOG.warn("the page shows no dead letters from before the start: {}", e.toString());
    }
  }

  private void addWays(byte[] index) {
    Map<String, StaticFile> files = new StaticFiles().all();
    files.forEach((path, file) -> ways.get(path, Need.NOTHING, r -> send(r, file)));
    StaticFile links = new StaticFile("text/html; charset=utf-8", index);
    ways.get("/observe", Need.NOTHING, r -> send(r, links));
    ways.get("/observe/", Need.NOTHING, r -> send(r, links));
    ways.get("/observe/status", Need.NOTHING, this::status);
    ways.get("/observe/history", Need.NOTHING, this::history);
    ways.get("/observe/dead-letters", Need.DETAILS, this::deadLetters);
    ways.get("/observe/parked", Need.DETAILS, r -> requests.run(r, parked::page));
    ways.get("/observe/id", Need.DETAILS, this::id);
    ways.get("/observe/results", Need.NOTHING, downloads::send); // it knows tickets
    ways.post(
        "/observe/results/ticket", Need.OWN_DETAILS, r -> Answers.json(r, downloads.ticket()));
    ways.post("/observe/files", Need.ACTIONS, actions::file);
    ways.post("/observe/ids", Need.ACTIONS, r -> requests.runOnBody(r, actions::ids));
    ways.post("/observe/ask-again", Need.ACTIONS, r -> requests.runOnBody(r, actions::askAgain));
    ways.post("/observe/pause", Need.ACTIONS, r -> pause(r, true));
    ways.post("/observe/resume", Need.ACTIONS, r -> pause(r, false));
  }

  private static void send(HttpServerRequest request, StaticFile file) {
    request.response().putHeader("Content-Type", file.type());
    Answers.bytes(request, file.content());
  }

  private void status(HttpServerRequest request) {
    Access may = guard.actions(Ways.headers(request));
    Access details = guard.details(Ways.headers(request));
    atOnce.run(request, () -> status.report(may, details));
  }

  private void history(HttpServerRequest request) {
    atOnce.run(
        request,
        () -> {
          String after = request.getParam("after", "0");
          if (!after.matches("\\d{1,12}")) {
            throw new RefusedException(400, "after must be seconds since 1970.");
          }
          return history.after(Long.parseLong(after));
        });
  }

  private void deadLetters(HttpServerRequest request) {
    requests.run(
        request,
        () -> {
          String word = request.getParam("reason");
          Reason reason = word == null ? null : Reason.find(word);
          if (word != null && reason == null) {
            throw new RefusedException(400, "There is no such reason.");
          }
          return deadLetters.page(reason);
        });
  }

  private void id(HttpServerRequest request) {
    requests.run(
        request,
        () -> {
          String text = request.getParam("id");
          TaskId id = text == null ? null : TaskId.parse(text.strip());
          if (id == null) {
            throw new RefusedException(400, "This is no id: 8-4-4-4-12 hexadecimal digits.");
          }
          return lookUp.find(id);
        });
  }

  private void pause(HttpServerRequest request, boolean pauses) {
    atOnce.run(
        request,
        () -> {
          if (pauses) {
            pause.pause();
          } else {
            pause.resume();
          }
          return Map.of("state", status.report(Access.OFF, Access.OFF).state());
        });
  }
}
