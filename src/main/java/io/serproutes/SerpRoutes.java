package io.serproutes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.main.Main;
import org.slf4j.LoggerFactory;

/**
 * The program: starts the routes that {@code serp.from} and {@code serp.to} name.
 *
 * <p>Exit codes: 1 could not start; 5 an error it cannot survive; 3 a run once ended with the
 * circuit open; 2 something was dead-lettered; 4 ids are still parked; 0 otherwise, and after a
 * clean stop.
 */
public final class SerpRoutes {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(28);

  private SerpRoutes() {}

  /** Runs until it is stopped or, once, until the sources are worked off. */
  public static void main(String[] args) {
    FatalErrorHandler fatalErrors = new FatalErrorHandler();
    fatalErrors.install();
    useLogSettings();
    int exitCode;
    try {
      exitCode = run(StartUp.read(), fatalErrors);
    } catch (Exception | LinkageError e) {
      StartUp.reasons(e).map("serp-routes could not start: "::concat).forEach(System.err::println);
      exitCode = 1;
    }
    System.exit(exitCode);
  }

  private static int run(StartUp startUp, FatalErrorHandler fatalErrors) throws Exception {
    Main main = new Main();
    startUp.configure(main);
    fatalErrors.watch(main);
    RunOnce runOnce = new RunOnce(main, startUp.settings(), startUp.topicsOfIds());
    main.addMainListener(runOnce);
    main.addMainListener(new Announcements(startUp));
    Thread hook = new Thread(() -> stopCleanly(main, fatalErrors), "serp-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      main.run();
      return runOnce.exitCode();
    } finally {
      fatalErrors.stopping();
      removeHook(hook);
    }
  }

  // a stop by SIGTERM is a clean end, so the exit code is 0 and not the signal's
  private static void stopCleanly(Main main, FatalErrorHandler fatalErrors) {
    fatalErrors.stopping();
    Thread stop = new Thread(main::stop, "serp-stopping");
    stop.start();
    try {
      stop.join(STOP_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stop.isAlive()) {
      LoggerFactory.getLogger("serp-routes")
          .warn("what is in work after {} s stays in its source", STOP_PATIENCE.toSeconds());
    }
    org.apache.logging.log4j.LogManager.shutdown();
    Runtime.getRuntime().halt(0);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the virtual machine is going down already, by way of the hook
    }
  }

  private static void useLogSettings() {
    String key = "log4j2.configurationFile";
    if (System.getProperty(key) == null) {
      boolean own = Files.exists(Path.of("config/log4j2.properties"));
      System.setProperty(
          key, own ? "config/log4j2.properties" : "classpath:serp-routes/log4j2.properties");
    }
  }
}
