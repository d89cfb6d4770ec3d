package io.serproutes.program;

import io.serproutes.Failures;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.ResultFiles;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.ids.Source;
import io.serproutes.kafka.TopicsCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the program needs around it: free ports, folders it can write to, a broker and its topics.
 * Each check ends with an {@link IllegalSettingException} that names the key to set.
 */
final class Surroundings {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String SANDBOX_MARK = ".from-sandbox";

  private final Settings settings;

  Surroundings(Settings settings) {
    this.settings = settings;
  }

  /** Checks the address of a server, such as that of the page, health and metrics. */
  void checkServer(Key<String> hostKey, Key<Integer> portKey) {
    String host = settings.get(hostKey);
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalSettingException(
          hostKey
              + "="
              + Source.printable(host)
              + settings.origin(hostKey.name())
              + " is no address of this machine; set it to 127.0.0.1 for this machine alone, or to"
              + " 0.0.0.0 for all of its addresses");
    }
    checkPort(host, portKey);
  }

  void checkPort(Key<Integer> key) {
    checkPort(LOOPBACK, key);
  }

  // Camel's server only warns where its port is taken, and goes on without
  private void checkPort(String host, Key<Integer> key) {
    int port = settings.get(key);
    String why = whyNotFree(host, port);
    if (why != null) {
      throw new IllegalSettingException(
          key
              + "="
              + port
              + settings.origin(key.name())
              + " cannot be used: "
              + why
              + "; set "
              + key
              + " to a free port, or to 0 for any");
    }
  }

  /** Why the program cannot listen on a port of 127.0.0.1; null where it can. */
  static String whyNotFree(int port) {
    return whyNotFree(LOOPBACK, port);
  }

  private static String whyNotFree(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, port));
      return null;
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      return why.contains("already in use") ? "another program uses it" : why;
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  void checkFolders(boolean sandbox) {
    requireNotMixed(sandbox);
    requireInboxApart();
    mark(sandbox);
    try {
      new ResultFiles(settings).prepare();
    } catch (IOException e) {
      throw unusable(Keys.FILES_DIR, Failures.inWords(e));
    }
    if (settings.get(Keys.FROM).contains("folder")) {
      Path inbox = Path.of(settings.get(Keys.INBOX));
      try {
        DurableFiles.createFolders(inbox);
        Files.delete(Files.createTempFile(inbox, ".serp-", ".tmp"));
      } catch (IOException e) {
        throw unusable(Keys.INBOX, Failures.inWords(e));
      }
    }
  }

  /**
   * Keeps invented results and real ones apart, and ids that one of them parked from being
   * requested from the other. A mark in the folder tells whose results it holds.
   */
  void requireNotMixed(boolean sandbox) {
    Path dir = Path.of(settings.get(Keys.FILES_DIR));
    boolean marked = isMarked(dir);
    // whatever this start writes there: the mark is about all that is in the folder
    if (marked != sandbox && Summary.holdsResults(dir)) {
      throw new IllegalSettingException(
          Keys.FILES_DIR
              + "="
              + settings.text(Keys.FILES_DIR)
              + (marked
                  ? " holds invented results of the embedded sandbox, and this start asks a real API"
                  : " holds results of a real API, and this start asks the embedded sandbox")
              + "; the two are never mixed: remove that folder, or set another "
              + Keys.FILES_DIR);
    }
  }

  /** Refuses an inbox that this start writes results to: they hold ids, which would go round. */
  void requireInboxApart() {
    Path dir = ResultFolder.of(settings);
    Path inbox = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().normalize();
    if (!settings.get(Keys.FROM).contains("folder")
        || !inbox.startsWith(dir)
        || inbox.equals(dir)
        || !ResultFolder.isOurs(dir.relativize(inbox).getName(0).toString())) {
      return;
    }
    throw new IllegalSettingException(
        Keys.INBOX
            + "="
            + settings.text(Keys.INBOX)
            + " is where this start writes results, and the ids in them would be asked for again"
            + " and again; set another "
            + Keys.INBOX
            + ", or another "
            + Keys.FILES_DIR);
  }

  private static boolean isMarked(Path dir) {
    return Files.exists(dir.resolve(SANDBOX_MARK), LinkOption.NOFOLLOW_LINKS);
  }

  private void mark(boolean sandbox) {
    Path dir = Path.of(settings.get(Keys.FILES_DIR));
    Path mark = dir.resolve(SANDBOX_MARK);
    try {
      if (sandbox && !isMarked(dir)) {
        DurableFiles.createFolders(dir);
        Files.write(mark, new byte[0]); // another program may make it at this moment, too
      } else if (!sandbox && !Summary.holdsResults(dir)) {
        Files.deleteIfExists(mark);
      }
    } catch (IOException e) {
      throw unusable(Keys.FILES_DIR, Failures.inWords(e));
    }
  }

  private IllegalSettingException unusable(Key<String> key, String why) {
    return new IllegalSettingException(
        key
            + "="
            + settings.text(key)
            + settings.origin(key.name())
            + " cannot be written to: "
            + why);
  }

  void checkTopics() {
    new TopicsCheck(settings).run(topics());
  }

  /** The keys of the topics that a run needs. */
  Set<Key<String>> topics() {
    Set<Key<String>> keys = new HashSet<>(Set.of(Keys.TOPIC_PARKED));
    if (settings.get(Keys.FROM).contains("kafka")) {
      keys.add(Keys.TOPIC_IDS);
    }
    if (Outputs.of(settings).has("kafka")) {
      keys.addAll(
          List.of(
              Keys.TOPIC_ORGANIC,
              Keys.TOPIC_PAID,
              Keys.TOPIC_OTHER,
              Keys.TOPIC_RECEIPTS,
              Keys.TOPIC_DEAD_LETTERS));
    }
    return keys;
  }
}
