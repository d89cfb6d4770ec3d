package io.serproutes.bench.baseline;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ids of a file to JSON Lines, one file a type, written by hand.
 *
 * <p>Durable: one thread appends what has come since it last did, then syncs the files once; only
 * then the ids have ended. After a kill a file is to be cut back to its last line feed, and the ids
 * that are not in the files are to be asked for again.
 */
public final class LinesLoop {

  private static final int CONCURRENCY = Integer.getInteger("concurrency", 30);
  private static final List<String> TYPES = List.of("organic", "paid", "other");

  private final TaskGet taskGet = new TaskGet(System.getProperty("api"), CONCURRENCY);
  private final Path out = Path.of(System.getProperty("out"));
  private final boolean durable = Boolean.getBoolean("durable");
  private final Semaphore free = new Semaphore(2 * CONCURRENCY);
  private final BlockingQueue<List<ByteArrayOutputStream>> ready =
      new ArrayBlockingQueue<>(2 * CONCURRENCY);

  private LinesLoop() {}

  /** Takes the ids of the file {@code -Dids}, to the folder {@code -Dout}. */
  public static void main(String[] args) throws Exception {
    new LinesLoop().run(Path.of(System.getProperty("ids")));
    TimeUnit.HOURS.sleep(1); // it is measured, then killed
  }

  private void run(Path ids) throws Exception {
    Thread appender = new Thread(this::append);
    appender.setDaemon(true);
    appender.start();
    ExecutorService workers = Executors.newFixedThreadPool(CONCURRENCY);
    try (BufferedReader lines = Files.newBufferedReader(ids)) {
      for (String id; (id = lines.readLine()) != null; ) {
        String one = id;
        free.acquire();
        workers.execute(() -> work(one));
      }
    }
    free.acquire(2 * CONCURRENCY); // all have ended
    Files.createFile(out.resolve("done"));
  }

  private void work(String id) {
    try {
      Items items = Items.of(id, taskGet.body(id));
      List<ByteArrayOutputStream> lines = new ArrayList<>();
      TYPES.forEach(type -> lines.add(new ByteArrayOutputStream(8 * 1024)));
      for (Items.Item item : items.all()) {
        ByteArrayOutputStream of = lines.get(type(item));
        items.write(item, of);
        of.write('\n');
      }
      ready.put(lines);
    } catch (IOException | InterruptedException e) {
      System.err.println(id + ": " + e);
    }
  }

  private static int type(Items.Item item) {
    int type = TYPES.indexOf(item.type());
    return type < 0 ? TYPES.indexOf("other") : type;
  }

  private void append() {
    try {
      List<FileChannel> files = new ArrayList<>();
      for (String type : TYPES) {
        Path folder = Files.createDirectories(out.resolve(type));
        files.add(
            FileChannel.open(
                folder.resolve(type + ".jsonl"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND));
      }
      while (true) {
        List<List<ByteArrayOutputStream>> some = new ArrayList<>(List.of(ready.take()));
        ready.drainTo(some);
        for (int type = 0; type < files.size(); type++) {
          append(some, type, files.get(type));
        }
        free.release(some.size());
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("nothing is appended any more: " + e);
    }
  }

  private void append(List<List<ByteArrayOutputStream>> some, int type, FileChannel file)
      throws IOException {
    long before = file.size();
    OutputStream end = Channels.newOutputStream(file);
    for (List<ByteArrayOutputStream> lines : some) {
      lines.get(type).writeTo(end);
    }
    if (durable && file.size() > before) {
      file.force(false);
    }
  }
}
