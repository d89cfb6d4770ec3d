package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import io.serproutes.observe.Tally;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines for the person at the console: what starts, how far it is, what came of it. */
final class Announcements extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final int EVERY_SECONDS = 5;
  static final int IDS_LEFT = 4;
  private static final int DRAWS_A_RATE = 5; // one a second

  private final StartUp startUp;
  private final Settings settings;
  private final ScheduledExecutorService clock;
  private final StatusLine status; // null: no terminal
  private final Deque<Long> doneBefore = new ArrayDeque<>(); // of the last draws
  private Tally tally; // null: not started yet
  private Gate gate;
  private Intake intake;
  private Set<ParkedIds> parkedIds;
  private Set<DropFolder> folders;
  private Set<CommandLineIds> given;
  private long lastDone;
  private String lastLine = "";
  private long leftAtStop;
  private long endedAtStop;
  private boolean over;

  /**
   * The lines of one run.
   *
   * @param clock runs what says how far it is; shut down when the program stops
   * @param status the line of a terminal that says so; null where a log line does
   */
  Announcements(StartUp startUp, ScheduledExecutorService clock, StatusLine status) {
    this.startUp = startUp;
    this.clock = clock;
    this.status = status;
    settings = startUp.settings();
  }

  @Override
  public void afterStart(BaseMainSupport main) {
    CamelContext context = main.getCamelContext();
    synchronized (this) {
      tally = context.getRegistry().findSingleByType(Tally.class);
      gate = context.getRegistry().findSingleByType(Gate.class);
      intake = context.getRegistry().findSingleByType(Intake.class);
      parkedIds = context.getRegistry().findByType(ParkedIds.class);
      folders = context.getRegistry().findByType(DropFolder.class);
      given = context.getRegistry().findByType(CommandLineIds.class);
    }
    lastLine = line(0); // of which nothing is said until something happens
    String api =
        startUp.usesSandbox()
            ? "the embedded sandbox (no account needed, invented results)"
            : settings.text(Keys.BASE_URL);
    LOG.info("ids from {} to {}, asked at {}", startUp.from(), startUp.to().names(), api);
    if (startUp.usesSandbox() && !settings.feeders().isEmpty()) {
      LOG.info(
          "the embedded sandbox accepts tasks at {}, login and password sandbox",
          settings.text(Keys.BASE_URL));
    }
    if (startUp.from().contains("folder")) {
      LOG.info("drop files of ids into {}", folder(Keys.INBOX));
    }
    ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
    if (server != null) {
      int port = server.getRouter().getServer().getPort();
      String host = settings.get(Keys.SERVER_HOST);
      String address = "http://" + hostForBrowser(host) + ":" + port;
      String reach = settings.servesThisMachineOnly() ? "" : ", also from other machines";
      LOG.info("the page is at {}/, health and metrics at {}/observe{}", address, address, reach);
    }
    doneBefore.add(tally.done());
    boolean draws = status != null && LOG.isInfoEnabled();
    Runnable say = draws ? this::draw : this::progress;
    int seconds = draws ? 1 : EVERY_SECONDS;
    clock.scheduleAtFixedRate(
        new RepeatingTask("the line that says how far it is", say),
        seconds,
        seconds,
        TimeUnit.SECONDS);
  }

  private void draw() {
    long done = tally.done();
    doneBefore.addLast(done);
    if (doneBefore.size() > DRAWS_A_RATE + 1) {
      doneBefore.removeFirst();
    }
    double rate = (done - doneBefore.getFirst()) / (double) Math.max(1, doneBefore.size() - 1);
    status.show(
        new TerminalProgress(
                done,
                left(),
                isEndKnown(),
                rate,
                ParkedIds.count(parkedIds),
                tally.deadLetters(),
                tally.items(),
                gate.whyOpen())
            .line());
  }

  // a topic may have any number of records, and a folder that is watched has no end
  private boolean isEndKnown() {
    return settings.get(Keys.ONCE)
        && List.of("command-line", "folder").containsAll(startUp.from())
        && isEndOfGivenKnown();
  }

  private boolean isEndOfGivenKnown() {
    return given.stream().allMatch(CommandLineIds::isEndKnown);
  }

  // as a browser on this machine wants it
  private static String hostForBrowser(String host) {
    return isAny(host) ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
  }

  private static boolean isAny(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private Path folder(Key<String> key) {
    return Path.of(settings.text(key)).toAbsolutePath().normalize();
  }

  private void progress() {
    long done = tally.done();
    long left = left();
    String line = line(left);
    if (done != lastDone || !line.equals(lastLine)) {
      double rate = (done - lastDone) / (double) EVERY_SECONDS;
      String speed = String.format(Locale.ROOT, ", %.1f ids/s", rate);
      String halted = circuit();
      LOG.info("{}{}{}", line, speed, halted.isEmpty() ? Times.toGo(left, rate) : halted);
    }
    lastDone = done;
    lastLine = line;
  }

  private String line(long left) {
    return counts()
        + String.format(Locale.ROOT, ", %,d in work", intake.inWork())
        + (left == 0 ? "" : String.format(Locale.ROOT, ", about %,d left", left));
  }

  private long left() {
    return folders.stream().mapToLong(DropFolder::left).sum()
        + given.stream().mapToLong(CommandLineIds::left).sum();
  }

  // empty while it is closed
  private String circuit() {
    String why = gate.whyOpen();
    return why == null ? "" : ", halted: " + why;
  }

  private String counts() {
    return String.format(
        Locale.ROOT,
        "%s done, %s, %s, %,d parked",
        Count.of(tally.done(), "id"),
        Count.of(tally.items(), "item"),
        Count.of(tally.deadLetters(), "dead letter"),
        ParkedIds.count(parkedIds));
  }

  @Override
  public synchronized void beforeStop(BaseMainSupport main) {
    stopClock();
    if (status != null) {
      status.show("");
    }
    if (tally != null) {
      leftAtStop = Math.max(intake.inWork(), left());
      endedAtStop = ended();
    }
  }

  // what is running looks at beans that are about to stop
  private void stopClock() {
    clock.shutdown();
    try {
      clock.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long ended() {
    return Tally.all().stream().mapToLong(tally::count).sum();
  }

  /**
   * Says what came of the run; once, however often it is called.
   *
   * @param how {@code ended} or {@code stopped}
   */
  synchronized void end(String how) {
    if (over || tally == null) {
      return;
    }
    over = true;
    LOG.info("{}{}", counts(), circuit());
    int rejected = folders.stream().mapToInt(DropFolder::rejected).sum();
    int broken = given.stream().mapToInt(CommandLineIds::broken).sum();
    new Summary(settings, tally, ParkedIds.count(parkedIds), rejected, broken)
        .lines()
        .forEach(LOG::info);
    long notFetched = notFetched();
    long left = Math.max(0, leftAtStop - (ended() - endedAtStop));
    if (!isEndOfGivenKnown()) {
      LOG.info(
          "{}; {}standard input was not read to its end: give every id without a receipt again",
          how,
          notFetched == 0
              ? ""
              : "about " + Count.of(notFetched, "id was", "ids were") + " not fetched, and ");
    } else if (notFetched > 0) {
      LOG.info(
          "{}; about {} not fetched: give them again",
          how,
          Count.of(notFetched, "id was", "ids were"));
    } else if (left > 0) {
      LOG.info(
          "{}; {}", how, Count.of(left, "id stays in its source", "ids stay in their sources"));
    }
  }

  private long notFetched() {
    return given.stream().mapToLong(CommandLineIds::notFetched).sum();
  }

  /**
   * The exit code of a stop after the start: ids of the command line, which nobody keeps, are no
   * success.
   */
  synchronized int exitCodeOfStop() {
    return notFetched() > 0 || !isEndOfGivenKnown() ? IDS_LEFT : 0;
  }

  /** Whether the program had started when it was told to stop. */
  synchronized boolean hasStarted() {
    return tally != null;
  }
}
