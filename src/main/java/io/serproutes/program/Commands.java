package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.SerpRoutes;
import io.serproutes.Suggestion;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: {@code COMMAND [--set KEY=VALUE]…}, by default {@code run}. A command is a thin
 * layer over the keys.
 */
@Command(
    name = "serp-routes",
    customSynopsis = "java -jar serp-routes.jar [COMMAND] [--set KEY=VALUE]...",
    description = "Turns DataForSEO task ids into organic and paid items. Without a command: run.",
    footer = {
      "",
      "COMMAND --help shows examples. config/application.properties lists every key;",
      "--set wins over -D before -jar, that over the environment, that over config/",
      "of the working folder."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    scope = ScopeType.INHERIT,
    subcommands = {
      Commands.Run.class,
      FetchCommand.class,
      CheckCommand.class,
      StatusCommand.class,
      ReplayCommand.class,
      ReconcileCommand.class,
      ExportCommand.class,
      ConfigCommand.class,
      SandboxCommand.class,
      PrepareCommand.class,
    })
public final class Commands implements Callable<Integer> {

  /** The exit code where a command cannot be run. */
  static final int COULD_NOT_START = 1;

  private static final Set<String> NOUNS = Set.of("status", "config", "sandbox");

  private final Map<String, String> values = new LinkedHashMap<>();

  // before and after the command; of several for one key the last counts
  @Option(
      names = {"--set", "-D"},
      paramLabel = "KEY=VALUE",
      description = "Gives a key a value; may be repeated.",
      parameterConsumer = Setting.class,
      scope = ScopeType.INHERIT)
  private String last;

  private Commands() {}

  /**
   * Runs the command that the arguments name.
   *
   * @return the exit code of the process
   */
  public static int run(String[] args) {
    return new CommandLine(new Commands())
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((wrong, all) -> refuse(inWords(wrong)))
        .setExecutionExceptionHandler((failure, command, result) -> fail(command, failure))
        .execute(args);
  }

  @Override
  public Integer call() {
    return Program.run(values, List.of());
  }

  /** The command {@code run}. */
  @Command(
      name = "run",
      description = {
        "Works as serp.from and serp.to say, until it is stopped.",
        "With serp.once=true it ends when its sources are finished."
      },
      footer = {
        "",
        "Examples:",
        "  java -jar serp-routes.jar run",
        "  java -jar serp-routes.jar run --set serp.from=kafka --set serp.to=kafka",
        "  java -jar serp-routes.jar run --set serp.once=true"
      })
  static final class Run implements Callable<Integer> {

    @ParentCommand private Commands all;

    @Override
    public Integer call() {
      return all.call();
    }
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"serp-routes " + SerpRoutes.version()};
    }
  }

  /** Takes {@code KEY=VALUE}. The message quotes nothing: what is no key may be a password. */
  static final class Setting implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> arguments, ArgSpec set, CommandSpec command) {
      String pair = arguments.isEmpty() ? "" : arguments.pop();
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new ParameterException(
            command.commandLine(), "--set takes KEY=VALUE, such as --set serp.files.dir=out");
      }
      String key = pair.substring(0, equals);
      ((Commands) command.root().userObject()).set(key, pair.substring(equals + 1));
    }
  }

  private void set(String key, String value) {
    System.setProperty(key, value); // for placeholders of routes of one's own
    values.put(key, value);
  }

  /**
   * Gives a key the value that a command means, wherever else it is given.
   *
   * @throws IllegalSettingException where {@code --set} gives it another
   */
  void mean(Key<?> key, String value) {
    String given = values.getOrDefault(key.name(), value);
    require(given.equals(value), "this command sets " + key + " by itself; leave it out of --set");
    set(key.name(), value);
  }

  /** The values of keys that were given. */
  Map<String, String> values() {
    return values;
  }

  private static int fail(CommandLine command, Exception failure) {
    if (failure instanceof StandardOutput.ReaderGoneException) {
      return COULD_NOT_START;
    }
    String name = command.getCommandName();
    String couldNot =
        "serp-routes could not " + (NOUNS.contains(name) ? "start " : "") + name + ": ";
    Program.reasons(failure).map(couldNot::concat).forEach(System.err::println);
    return COULD_NOT_START;
  }

  private static int refuse(String why) {
    System.err.println("serp-routes could not start: " + why);
    return COULD_NOT_START;
  }

  private static String inWords(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      return unknown(unmatched.getUnmatched().get(0), wrong.getCommandLine());
    }
    return Source.readable(String.valueOf(wrong.getMessage()));
  }

  private static String unknown(String argument, CommandLine command) {
    int value = argument.indexOf('='); // it may be a password
    String name = value < 0 ? argument : argument.substring(0, value);
    String quoted = Source.readable(name);
    List<String> options =
        command.getCommandSpec().options().stream().map(option -> option.longestName()).toList();
    if (argument.startsWith("-")) {
      return "there is no option " + quoted + Suggestion.of(name, options);
    }
    if (command.getParent() != null) {
      boolean isReason = options.contains("--reason") && Reason.find(name) != null;
      String cure = isReason ? "; did you mean --reason " + name + "?" : "";
      return command.getCommandName() + " takes no arguments such as " + quoted + cure;
    }
    if (TaskId.parse(name) != null || isFile(name)) {
      return "there is no command " + quoted + "; did you mean fetch " + quoted + "?";
    }
    String suggestion = Suggestion.of(name, command.getSubcommands().keySet());
    String cure = suggestion.isEmpty() ? "; --help lists the commands" : suggestion;
    return "there is no command " + quoted + cure;
  }

  private static boolean isFile(String name) {
    try {
      return Files.isRegularFile(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
