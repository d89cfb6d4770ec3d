package io.serproutes.program;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.camel.util.URISupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The command {@code config}. Its result alone goes to standard output. */
@Command(
    name = "config",
    customSynopsis = "java -jar serp-routes.jar config [--set KEY=VALUE]...",
    description = {
      "Shows every key, its value, and where that was given.",
      "The values are those of run in this folder. Secrets are masked."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar config",
      "  java -jar serp-routes.jar config | grep -v '(default)'"
    })
final class ConfigCommand implements Callable<Integer> {

  private static final String MASK = "***";

  // wider than what Kafka knows as a password: an interceptor has names of its own
  private static final Pattern SECRET_OF_KAFKA =
      Pattern.compile(
          "(?i).*(passw|passphrase|secret|jaas|token|credential|private|certificate|user\\.info).*"
              + "|(?i).*[^a-z]key");
  private static final Pattern USER_INFO = Pattern.compile("//[^/]*@");

  @ParentCommand private Commands all;

  @Override
  public Integer call() throws IOException {
    StandardOutput out = StandardOutput.open();
    PrintStream result = out.lines();
    GivenValues values = GivenValues.ofProcess(all.values());
    Settings settings = StartUp.unchecked(values).settings();
    SettingsCheck check = new SettingsCheck(settings);
    check.names();
    check.end();
    Set<String> secrets = new TreeSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (Key<?> key : Keys.all()) {
      names.add(key.name());
      if (key.isSecret()) {
        secrets.add(key.name());
      }
    }
    names.addAll(new TreeSet<>(settings.keys(Settings.KAFKA_PROPERTIES)));
    for (String name : names) {
      String value = settings.given(name);
      boolean isSecret =
          secrets.contains(name)
              || name.startsWith(Settings.KAFKA_PROPERTIES)
                  && SECRET_OF_KAFKA.matcher(name).matches();
      String pair = name + "=" + shown(value == null ? "" : value, isSecret);
      result.printf(Locale.ROOT, "%-55s (%s)%n", pair, origin(values, name));
    }
    out.flush();
    return 0;
  }

  private static String shown(String value, boolean isSecret) {
    if (isSecret) {
      return value.isEmpty() ? "" : MASK;
    }
    String withoutUser = USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
    return Source.printable(URISupport.sanitizeUri(withoutUser));
  }

  private static String origin(GivenValues values, String name) {
    if (values.value(name) == null) {
      return "default";
    }
    String origin = values.origin(name);
    return origin == null ? "follows from other keys" : origin;
  }
}
