package io.serproutes.program;

import io.serproutes.IllegalSettingException;
import io.serproutes.ids.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.slf4j.LoggerFactory;

/** A run of the program from its arguments to its exit code. */
public final class Program {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(28);

  private Program() {}

  /** Runs until it is stopped or, once, until the sources are worked off; the exit code. */
  public static int run(String[] args) {
    if (args.length > 0) {
      System.err.println("serp-routes could not start: " + refused(args[0]));
      return 1;
    }
    prepareNetty();
    FatalErrorHandler fatalErrors = new FatalErrorHandler();
    fatalErrors.install();
    useLogSettings();
    try {
      return run(StartUp.read(), fatalErrors);
    } catch (Exception | LinkageError e) {
      reasons(e).map("serp-routes could not start: "::concat).forEach(System.err::println);
      return 1;
    }
  }

  // a value may be a password that was meant to stand before -jar
  private static String refused(String argument) {
    int value = argument.indexOf('=');
    String name = value < 0 ? argument : argument.substring(0, value + 1) + "…";
    return "it takes no arguments such as "
        + Source.readable(name)
        + "; give keys as -Dkey=value before -jar, in the environment or in"
        + " config/application.properties";
  }

  // Netty serves health, metrics and the sandbox only. Its use of sun.misc.Unsafe has JDK 24 and
  // later print warnings, and on a machine with a loopback interface only it warns of its own
  // missing hardware address; neither is a matter of ours
  private static void prepareNetty() {
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

  // one line for each thing that is wrong
  private static Stream<String> reasons(Throwable failure) {
    Throwable first = failure;
    while (!(first instanceof IllegalSettingException)
        && first.getCause() != null
        && first.getCause() != first) {
      first = first.getCause();
    }
    String message = first.getMessage() == null ? first.toString() : first.getMessage();
    return first instanceof IllegalSettingException
        ? message.lines()
        : Stream.of(message.replaceAll("\\s+", " "));
  }
}
