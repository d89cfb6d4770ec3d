package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.RawCall;
import io.serproutes.kafka.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program as its users start it: {@code target/serp-routes.jar} in a process of its own, in a
 * folder of its own. Killed when it is closed or when the tests end.
 */
public final class ProgramUnderTest implements AutoCloseable {

  /** Long enough for a machine that is busy with other things. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  // one for all: each would keep its connections, and so files of the program, open
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern SERVER = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/observe");

  private final Process process;
  private final Path output;
  private final Thread hook;

  private ProgramUnderTest(Process process, Path output) {
    this.process = process;
    this.output = output;
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A program that is going to run in a folder, which is made. */
  public static Start in(Path folder) {
    return new Start(folder);
  }

  /** How it is started; by default quickly and on ports nobody uses. */
  public static final class Start {

    private final Path folder;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> jvm = new ArrayList<>();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String classPath;
    private Path input; // null: what is typed
    private boolean inTerminal;
    private boolean withoutInput;

    private Start(Path folder) {
      this.folder = folder;
      keys.put("serp.server.port", "0");
      keys.put("serp.folder.settle", "100ms");
      environment.put("LC_ALL", "C.UTF-8");
    }

    /** Gives a key as a system property. */
    public Start key(String key, String value) {
      keys.put(key, value);
      return this;
    }

    /** Leaves a key to the configuration file or its default. */
    Start without(String key) {
      keys.remove(key);
      return this;
    }

    /** Gives an environment variable. */
    public Start environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Gives the virtual machine an option. */
    public Start jvm(String option) {
      jvm.add(option);
      return this;
    }

    /** Puts more than the jar on the class path. */
    Start classPath(String more) {
      classPath = more;
      return this;
    }

    /** Gives the program an argument. */
    public Start argument(String argument) {
      arguments.add(argument);
      return this;
    }

    /** Gives it a file as standard input. */
    Start input(Path file) {
      input = file;
      return this;
    }

    /** Closes its standard input. */
    Start withoutInput() {
      withoutInput = true;
      return this;
    }

    /** Runs it in a terminal, as util-linux's {@code script} makes one. */
    Start inTerminal(String term) {
      inTerminal = true;
      return environment("TERM", term);
    }

    /** Asks a stand-in for the API. */
    Start api(StandIn api) {
      return key("serp.api.base-url", api.address().toString())
          .key("serp.api.login", api.login())
          .key("serp.api.password", api.password());
    }

    /** Asks an API with a list of finished tasks. */
    Start api(ReadyApi api) {
      return key("serp.api.base-url", api.address().toString())
          .key("serp.api.login", "stand-in")
          .key("serp.api.password", "stand-in");
    }

    /** Has the vendor's calls as its only source of ids, on a free port. */
    Start webhooks() {
      return key("serp.from", "webhooks")
          .key("serp.webhooks.port", "0")
          .key("serp.ready.poll", "off")
          .environment("SERP_WEBHOOKS_TOKEN", ReadyApi.SECRET);
    }

    /** Has the embedded sandbox answer, on a free port. */
    Start embeddedSandbox() {
      return key("serp.sandbox.port", Integer.toString(freePort()));
    }

    /** Writes {@code config/application.properties}. */
    Start configFile(String... lines) {
      return file("config/application.properties", String.join("\n", lines));
    }

    /** Writes a file of the working folder. */
    public Start file(String name, String text) {
      try {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Starts it; what it prints goes to a file beside the folder. */
    public ProgramUnderTest start() {
      try {
        Files.createDirectories(folder);
        Path output = Files.createTempFile(folder.getParent(), "output-", ".txt");
        List<String> options = new ArrayList<>(jvm);
        keys.forEach((key, value) -> options.add("-D" + key + "=" + value));
        List<String> command =
            classPath == null
                ? ProgramJar.command(options)
                : ProgramJar.command(options, classPath);
        command.addAll(arguments);
        if (inTerminal) {
          String line = "'" + String.join("' '", command) + "'";
          command = List.of("script", "-qec", line, "/dev/null");
        }
        if (withoutInput) {
          command.addAll(0, List.of("sh", "-c", "exec \"$0\" \"$@\" <&-"));
        }
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        if (input != null) {
          builder.redirectInput(input.toFile());
        }
        builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
        builder.environment().putAll(environment);
        return new ProgramUnderTest(builder.start(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A port of this machine that nobody listens on now. */
  public static int freePort() {
    try {
      return Broker.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is up and takes ids. */
  public ProgramUnderTest awaitStart() {
    return awaitOutput("ids from \\[");
  }

  /** Waits until it has printed something. */
  public ProgramUnderTest awaitOutput(String regex) {
    Pattern pattern = Pattern.compile(regex);
    await("output " + regex)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () ->
                assertThat(isRunning() || pattern.matcher(output()).find())
                    .as("it runs or has printed %s:%n%s", regex, output())
                    .isTrue())
        .until(() -> pattern.matcher(output()).find());
    return this;
  }

  /** The port of its server for the vendor's calls. */
  public int webhooksPort() {
    return RawCall.port(awaitOutput(RawCall.SERVER.pattern()).output());
  }

  /** Writes to its standard input. */
  void type(String text) {
    try {
      process.getOutputStream().write(text.getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Waits until it has ended and tells its exit code. */
  int exitCode() {
    return exitCode(PATIENCE);
  }

  /** Waits until it has ended and tells its exit code. */
  public int exitCode(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + patience + ":\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGSTOP: it stands still, its connections open. */
  public void suspend() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM. */
  public void terminate() {
    process.toHandle().destroy(); // the process would have its standard input closed, too
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** What its server answers under {@code /observe}. */
  public HttpResponse<String> observe(String path) {
    return observe("GET", path);
  }

  /** What its server answers to a request without a body. */
  HttpResponse<String> observe(String method, String path) {
    awaitOutput(SERVER.pattern());
    Matcher server = SERVER.matcher(output());
    if (!server.find()) {
      throw new IllegalStateException("no server in " + output());
    }
    URI uri = URI.create(server.group() + path);
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
