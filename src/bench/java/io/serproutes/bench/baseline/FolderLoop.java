package io.serproutes.bench.baseline;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ids of a file to a file of organic and one of paid items each, written by hand.
 *
 * <p>Durable: each file is synced before it gets its name. The names themselves are left to the
 * file system, as every file can be made again from the ids whose file is missing.
 */
public final class FolderLoop {

  private static final int CONCURRENCY = Integer.getInteger("concurrency", 30);

  private final TaskGet taskGet = new TaskGet(System.getProperty("api"), CONCURRENCY);
  private final Path out = Path.of(System.getProperty("out"));
  private final boolean durable = Boolean.getBoolean("durable");

  private FolderLoop() {}

  /** Takes the ids of the file {@code -Dids}, to the folder {@code -Dout}. */
  public static void main(String[] args) throws Exception {
    new FolderLoop().run(Path.of(System.getProperty("ids")));
    TimeUnit.HOURS.sleep(1); // it is measured, then killed
  }

  private void run(Path ids) throws Exception {
    Files.createDirectories(out.resolve("organic"));
    Files.createDirectories(out.resolve("paid"));
    Files.createDirectories(out.resolve("other"));
    ExecutorService workers = Executors.newFixedThreadPool(CONCURRENCY);
    Semaphore free = new Semaphore(2 * CONCURRENCY);
    try (BufferedReader lines = Files.newBufferedReader(ids)) {
      for (String id; (id = lines.readLine()) != null; ) {
        String one = id;
        free.acquire();
        workers.execute(
            () -> {
              try {
                work(one);
              } catch (IOException e) {
                System.err.println(one + ": " + e);
              } finally {
                free.release();
              }
            });
      }
    }
    workers.shutdown();
    workers.awaitTermination(1, TimeUnit.HOURS);
  }

  private void work(String id) throws IOException {
    Items items = Items.of(id, taskGet.body(id));
    Sink organic = new Sink();
    Sink paid = new Sink();
    Sink other = new Sink();
    for (Items.Item item : items.all()) {
      String type = item.type();
      (type.equals("organic") ? organic : type.equals("paid") ? paid : other).add(items, item);
    }
    other.write("other", id);
    paid.write("paid", id);
    organic.write("organic", id);
  }

  private static final byte[] START = {'[', '\n'};
  private static final byte[] SEPARATOR = {',', '\n'};
  private static final byte[] END = {'\n', ']', '\n'};

  private final class Sink {

    private final ByteArrayOutputStream items = new ByteArrayOutputStream(32 * 1024);

    void add(Items of, Items.Item item) {
      items.writeBytes(items.size() == 0 ? START : SEPARATOR);
      of.write(item, items);
    }

    void write(String kind, String id) throws IOException {
      if (items.size() == 0) {
        return;
      }
      items.writeBytes(END);
      Path file = out.resolve(kind).resolve(id + ".json");
      Path hidden = file.resolveSibling("." + id + ".tmp");
      try (FileChannel channel =
          FileChannel.open(hidden, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(items.toByteArray()));
        if (durable) {
          channel.force(false);
        }
      }
      Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
