package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.observe.Tally;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person reads on the console: what starts, how far it is, what came of it. */
final class Announcements extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final int EVERY_SECONDS = 5;

  private final StartUp startUp;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "serp-progress");
            thread.setDaemon(true);
            return thread;
          });
  private CamelContext context;
  private long lastDone;
  private String lastLine = "";

  Announcements(StartUp startUp) {
    this.startUp = startUp;
  }

  @Override
  public void afterStart(BaseMainSupport main) {
    context = main.getCamelContext();
    Settings settings = startUp.settings();
    String api =
        startUp.usesSandbox()
            ? "the embedded sandbox (no account needed, invented results)"
            : settings.text(Keys.BASE_URL);
    LOG.info("ids from {} to {}, asked at {}", startUp.from(), startUp.to().names(), api);
    if (startUp.from().contains("folder")) {
      LOG.info("drop files of ids into {}", folder(Keys.INBOX));
    }
    ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
    if (server != null) {
      int port = server.getRouter().getServer().getPort();
      LOG.info("health and metrics at http://127.0.0.1:{}/observe", port);
    }
    clock.scheduleAtFixedRate(
        new RepeatingTask("the line that says how far it is", this::progress),
        EVERY_SECONDS,
        EVERY_SECONDS,
        TimeUnit.SECONDS);
  }

  private Path folder(Key<String> key) {
    return Path.of(startUp.settings().text(key)).toAbsolutePath().normalize();
  }

  private void progress() {
    Tally tally = find(Tally.class);
    long done = tally.done();
    String line =
        counts(tally)
            + String.format(Locale.ROOT, ", %,d in work%s", find(BeginTask.class).inWork(), left());
    boolean quiet = done == lastDone && line.equals(lastLine);
    if (!quiet) {
      double rate = (done - lastDone) / (double) EVERY_SECONDS;
      LOG.info(
          "{}",
          line
              + String.format(Locale.ROOT, ", %.1f ids/s", rate)
              + toGo(rate)
              + Tally.circuit(find(Gate.class)));
    }
    lastDone = done;
    lastLine = line;
  }

  private String left() {
    long left = Backlog.ids(context);
    return left <= 0 ? "" : String.format(Locale.ROOT, ", about %,d left", left);
  }

  private String toGo(double rate) {
    long left = Backlog.ids(context);
    if (left <= 0 || rate <= 0) {
      return "";
    }
    long seconds = (long) (left / rate);
    return String.format(Locale.ROOT, ", %d:%02d h to go", seconds / 3600, seconds / 60 % 60);
  }

  private String counts(Tally tally) {
    return String.format(
        Locale.ROOT,
        "%s done, %s, %s, %,d parked",
        Count.of(tally.done(), "id"),
        Count.of(tally.items(), "item"),
        Count.of(tally.deadLetters(), "dead letter"),
        ParkedIds.count(context.getRegistry().findByType(ParkedIds.class)));
  }

  @Override
  public void beforeStop(BaseMainSupport main) {
    clock.shutdownNow();
    if (context == null) {
      return;
    }
    Tally tally = find(Tally.class);
    LOG.info("{}{}", counts(tally), Tally.circuit(find(Gate.class)));
    if (startUp.to().has("files") && tally.done() > 0) {
      Path dir = folder(Keys.FILES_DIR);
      for (String kind : List.of("organic", "paid", "receipts")) {
        LOG.info("{}: {}", kind, dir.resolve(kind));
      }
    }
  }

  private <T> T find(Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }
}
