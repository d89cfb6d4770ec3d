package io.serproutes.program;

import io.serproutes.Finding;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.util.FileUtil;

/**
 * Loads the route files of a run, with their beans and endpoints, and starts none of the routes.
 * Beans that prepare a folder prepare one that is removed again.
 */
final class RoutesLoad {

  private final StartUp startUp;

  RoutesLoad(StartUp startUp) {
    this.startUp = startUp;
  }

  /**
   * Loads them.
   *
   * @throws Exception where Camel cannot, or {@code RoutesCheck} refuses them
   */
  void look(Consumer<Finding> found) throws Exception {
    List<String> files = new ArrayList<>(startUp.routeFiles());
    files.remove(RouteFiles.chosen(RouteFiles.SANDBOX)); // a server
    Path folder = Files.createTempDirectory("serp-check-");
    try {
      int routes = load(files, folder);
      found.accept(
          Finding.ok(files.size() + " files with " + routes + " routes load" + own(files)));
    } finally {
      FileUtil.removeDir(folder.toFile());
    }
  }

  private static String own(List<String> files) {
    List<String> own =
        files.stream()
            .filter(file -> file.startsWith("file:"))
            .map(file -> file.substring("file:".length()))
            .toList();
    return own.isEmpty()
        ? ", all of them the jar's"
        : "; of this folder: " + String.join(", ", own);
  }

  private int load(List<String> files, Path folder) throws Exception {
    Main main = new Program.Run();
    startUp.configure(main, files);
    give(main, Keys.FILES_DIR.name(), folder.resolve("out").toString());
    give(main, Keys.INBOX.name(), folder.resolve("inbox").toString());
    if (startUp.settings().usesKafka()) { // Camel makes producers, which connect
      give(main, Keys.BROKERS.name(), "127.0.0.1:1");
      give(main, Settings.KAFKA_PROPERTIES + "security.protocol", "PLAINTEXT");
    }
    fill(main);
    main.addOverrideProperty("camel.main.auto-startup", "false");
    main.addOverrideProperty("camel.server.enabled", "false");
    main.addOverrideProperty("camel.management.enabled", "false");
    try {
      main.start();
      return main.getCamelContext()
          .getCamelContextExtension()
          .getContextPlugin(Model.class)
          .getRouteDefinitions()
          .size();
    } finally {
      main.stop();
    }
  }

  // a system property, such as one of the user's, may go before what is given to Camel
  private static void give(Main main, String key, String value) {
    System.setProperty(key, value);
    main.addOverrideProperty(key, value);
  }

  // what is missing there is told by the check of the keys
  private void fill(Main main) {
    for (Key<String> key : List.of(Keys.BASE_URL, Keys.LOGIN, Keys.PASSWORD)) {
      if (startUp.settings().verbatim(key).isEmpty()) {
        give(main, key.name(), "http://127.0.0.1");
      }
    }
  }
}
