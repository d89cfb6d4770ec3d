package io.serproutes.program;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.sandbox.SandboxServer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The command {@code sandbox}. */
@Command(
    name = "sandbox",
    customSynopsis = "java -jar serp-routes.jar sandbox [--set KEY=VALUE]...",
    description = {
      "Runs the stand-in of the API by itself, until Ctrl-C.",
      "It listens on this machine only, and invents its results.",
      "Login and password are sandbox unless serp.api.login and .password are given."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar sandbox",
      "  java -jar serp-routes.jar sandbox --set serp.sandbox.port=0",
      "  java -jar serp-routes.jar sandbox --set serp.sandbox.latency=300ms"
    })
final class SandboxCommand implements Callable<Integer> {

  private static final List<Key<?>> KEYS =
      List.of(
          Keys.API_PATH,
          Keys.LOGIN,
          Keys.PASSWORD,
          Keys.SANDBOX_PORT,
          Keys.SANDBOX_LATENCY,
          Keys.SANDBOX_TURNAROUND,
          Keys.SANDBOX_ITEMS);

  @ParentCommand private Commands all;

  @Override
  public Integer call() throws Exception {
    Program.prepareServer();
    Program.useLogSettings();
    GivenValues values = GivenValues.ofProcess(all.values());
    Settings settings = new Settings(values);
    for (Key<String> credential : List.of(Keys.LOGIN, Keys.PASSWORD)) {
      if (settings.verbatim(credential).isEmpty()) {
        values.choose(credential, "sandbox");
      }
    }
    SettingsCheck check = new SettingsCheck(settings);
    check.names();
    KEYS.forEach(key -> check.rule(() -> settings.get(key)));
    check.end();
    new Surroundings(settings).checkPort(Keys.SANDBOX_PORT);
    return SandboxServer.run(settings);
  }
}
