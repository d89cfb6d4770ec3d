package io.serproutes.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.Failures;
import io.serproutes.IllegalSettingException;
import io.serproutes.fetch.Gate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/** A run of the routes from its keys to its exit code. */
final class Program {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(28);

  private final FatalErrorHandler fatalErrors;
  private final StatusLine status; // null: no terminal
  private final List<String> arguments; // of the command fetch
  private final Run main = new Run();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          new CamelThreadFactory("#name#", "serp-clock", true));
  private final CountDownLatch over = new CountDownLatch(1);
  private RunOnce runOnce; // null: as announcements
  private volatile Announcements announcements; // null: no route has been told to start yet
  private volatile boolean hasIds; // that nobody keeps but whoever gave them

  private Program(FatalErrorHandler fatalErrors, StatusLine status, List<String> arguments) {
    this.fatalErrors = fatalErrors;
    this.status = status;
    this.arguments = arguments;
    hasIds = !arguments.isEmpty();
  }

  /**
   * Runs until it is stopped or, once, until the sources are finished.
   *
   * @param set the values of keys that were given after the command
   * @param arguments of the command {@code fetch}; empty for any other
   * @return the exit code
   */
  static int run(Map<String, String> set, List<String> arguments) {
    prepareServer();
    FatalErrorHandler fatalErrors = new FatalErrorHandler();
    fatalErrors.install();
    StatusLine status = StatusLine.install();
    useLogSettings();
    try {
      return new Program(fatalErrors, status, arguments).start(set);
    } catch (Exception | LinkageError e) {
      if (!isShuttingDown()) {
        reasons(e).map("serp-routes could not start: "::concat).forEach(System.err::println);
      }
      return 1;
    }
  }

  // Netty serves health, metrics and the sandbox only. Its use of sun.misc.Unsafe has JDK 24 and
  // later print warnings, and on a machine with a loopback interface only it warns of its own
  // missing hardware address; neither is a matter of ours. Vert.x would make a folder for files of
  // the class path, which are not served that way, and a kill would leave it
  static void prepareServer() {
    setIfAbsent("vertx.disableFileCPResolving", "true");
    setIfAbsent("io.netty.noUnsafe", "true");
    byte[] machine = new byte[8];
    new SecureRandom().nextBytes(machine);
    setIfAbsent("io.netty.machineId", HexFormat.ofDelimiter(":").formatHex(machine));
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  private int start(Map<String, String> set) throws Exception {
    Thread hook = new Thread(this::stopCleanly, "serp-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      StartUp startUp = StartUp.read(set, arguments);
      hasIds = startUp.from().contains("command-line");
      if (hasIds) {
        fatalErrors.idsAreNotKept();
      }
      startUp.configure(main);
      fatalErrors.watch(main);
      Announcements lines = new Announcements(startUp, clock, status);
      runOnce = new RunOnce(main, startUp.settings(), startUp.topicsOfIds(), clock);
      main.addMainListener(
          new MainListenerSupport() {
            @Override
            public void beforeStart(BaseMainSupport read) {
              startUp.awaitTopics();
              announcements = lines;
            }

            // what waits for an output cannot end while the circuit is open: it stays in its source
            @Override
            public void beforeStop(BaseMainSupport stopping) {
              CamelContext context = stopping.getCamelContext();
              Gate gate =
                  context == null ? null : context.getRegistry().findSingleByType(Gate.class);
              if (gate != null && gate.isOpen()) {
                context.getShutdownStrategy().setTimeout(2);
              }
            }
          });
      main.addMainListener(new ServerExtras()); // the page is there when the log names it
      main.addMainListener(lines);
      main.addMainListener(runOnce);
      main.addMainListener(new ServerPorts());
      main.run();
      main.requireStarted();
      lines.end(isShuttingDown() ? "stopped" : "ended");
      return runOnce.exitCode(0);
    } finally {
      fatalErrors.stopping();
      over.countDown();
      if (!isShuttingDown()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  // a stop by SIGTERM is a clean end, so the exit code is not the signal's
  private void stopCleanly() {
    fatalErrors.stopping();
    Announcements started = announcements;
    if (started != null) {
      main.completed(); // the main thread stops it: listeners first, then the routes
      awaitEnd();
      started.end("stopped");
    }
    int exitCode = hasIds ? Announcements.IDS_LEFT : 0;
    if (started == null || !started.hasStarted()) {
      System.err.println("serp-routes stopped before it had started");
    } else {
      exitCode = runOnce.exitCode(started.exitCodeOfStop());
    }
    org.apache.logging.log4j.LogManager.shutdown();
    Runtime.getRuntime().halt(exitCode);
  }

  private void awaitEnd() {
    try {
      over.await(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Camel's, which logs what a listener throws after the start, and ends as if all were well. */
  static final class Run extends Main {

    private volatile Exception failure; // null: none

    // that of keys of one's own, too; Java's own notation of properties is Latin-1
    @Override
    protected CamelContext createCamelContext() {
      CamelContext context = super.createCamelContext();
      context.getPropertiesComponent().setEncoding(UTF_8.name());
      return context;
    }

    @Override
    protected void afterStart() {
      try {
        super.afterStart();
      } catch (Exception e) {
        failure = e;
        completed();
      }
    }

    /** Throws what the start failed with, if it did and is not cut short by a stop. */
    void requireStarted() throws Exception {
      if (failure != null && !isShuttingDown()) {
        throw failure;
      }
    }
  }

  // whoever registers a hook then is refused, this program and the libraries it starts
  private static boolean isShuttingDown() {
    Thread none = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Has Log4j read the settings of the working folder or those of the jar. */
  static void useLogSettings() {
    String key = "log4j2.configurationFile";
    if (System.getProperty(key) == null) {
      boolean own = Files.exists(Path.of("config/log4j2.properties"));
      System.setProperty(
          key, own ? "config/log4j2.properties" : "classpath:serp-routes/log4j2.properties");
    }
  }

  /** What is wrong, in words for a person: a line for each thing. */
  static Stream<String> reasons(Throwable failure) {
    Throwable first = failure;
    while (!(first instanceof IllegalSettingException)
        && first.getCause() != null
        && first.getCause() != first) {
      first = first.getCause();
    }
    String message = Failures.inWords(first);
    return first instanceof IllegalSettingException
        ? message.lines()
        : Stream.of(message.replaceAll("\\s+", " "));
  }
}
