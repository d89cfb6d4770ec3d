package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of the jar that ended.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record CommandRun(int code, String out, String err) {

  /** The lines of standard output. */
  public List<String> lines() {
    return out.lines().toList();
  }

  /** How a command is run. */
  public static final class Start {

    private final Path folder;
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Start(Path folder) {
      this.folder = folder;
    }

    /** Gives a key with {@code --set}. */
    public Start key(String key, Object value) {
      keys.put(key, value.toString());
      return this;
    }

    /** Gives an environment variable. */
    public Start environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Writes a file of the working folder. */
    public Start file(String name, String text) throws IOException {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    }

    /** Runs it to its end. */
    public CommandRun run(String... arguments) throws IOException, InterruptedException {
      List<String> command = ProgramJar.command(List.of());
      command.addAll(List.of(arguments));
      keys.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
      Path out = Files.createTempFile("serp-out-", ".txt");
      Path err = Files.createTempFile("serp-err-", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        assertThat(process.waitFor(ProgramUnderTest.PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isTrue();
        return new CommandRun(
            process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
      } finally {
        process.destroyForcibly();
        Files.delete(out);
        Files.delete(err);
      }
    }
  }

  /** A command that is going to run in a folder, which is made. */
  public static Start in(Path folder) {
    try {
      Files.createDirectories(folder);
      return new Start(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
