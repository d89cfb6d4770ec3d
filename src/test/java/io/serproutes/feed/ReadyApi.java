package io.serproutes.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * An API with a list of finished tasks, of which it shows 1,000 at a time, and their results. A
 * task is listed until it is asked for or, where a test wants it so, exactly once.
 */
public final class ReadyApi implements AutoCloseable {

  public static final String LIST = "/v3/serp/naver/organic/tasks_ready";
  public static final String TASK = "/v3/serp/naver/organic/task_get/regular/";
  private static final int MOST_ROWS = 1000;

  /** The webhook URL of every task, as the vendor repeats it. */
  public static final String SECRET = "t0ken-0f-tests_and.n0thing~else";

  private static final String DATA =
      "{\"pingback_url\":\"https://hooks.example.com/pingback?token=%s&id=$id\"}".formatted(SECRET);

  private final Set<String> listed = new LinkedHashSet<>();
  private final Map<String, Integer> codes = new ConcurrentHashMap<>(); // of ids without result
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final List<Long> polls = new CopyOnWriteArrayList<>();
  private final AtomicInteger pages = new AtomicInteger();
  private final List<String> others = new CopyOnWriteArrayList<>();
  private final Set<String> credentials = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile boolean showsOnce;
  private volatile String moreRows = "";
  private volatile Integer failure;
  private volatile CountDownLatch heldTasks = new CountDownLatch(0);
  private volatile CountDownLatch heldPolls = new CountDownLatch(0);

  public ReadyApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Shows every id in one answer only, collected or not. */
  public ReadyApi showingOnce() {
    showsOnce = true;
    return this;
  }

  /** These tasks are finished. */
  public void finish(Collection<String> ids) {
    synchronized (listed) {
      listed.addAll(ids);
      codes.keySet().removeAll(ids);
    }
  }

  /** These tasks are in the queue until they are finished. */
  public void queue(Collection<String> ids) {
    ids.forEach(id -> codes.put(id, 40602));
  }

  /** These tasks are unknown until they are finished. */
  public void forget(Collection<String> ids) {
    ids.forEach(id -> codes.put(id, 40401));
  }

  /** Rows as they stand, in every answer behind those of the tasks. */
  public void listAlso(String rows) {
    moreRows = rows;
  }

  /** Answers polls with this HTTP status and no body; null: as usual. */
  public void failPolls(Integer status) {
    failure = status;
  }

  /** Results are not answered until {@link #release}. */
  public void holdTasks() {
    heldTasks = new CountDownLatch(1);
  }

  /** Polls are not answered until {@link #release}. */
  public void holdPolls() {
    heldPolls = new CountDownLatch(1);
  }

  public void release() {
    heldTasks.countDown();
    heldPolls.countDown();
  }

  /** When polls came, by {@link System#nanoTime}. */
  public List<Long> polls() {
    return List.copyOf(polls);
  }

  /** How many answers listed a task that was finished. */
  public int pages() {
    return pages.get();
  }

  /** How often each id was asked for. */
  public Map<String, Integer> asked() {
    return Map.copyOf(asked);
  }

  /** Paths that were asked for and are neither. */
  public List<String> others() {
    return others;
  }

  /** Values of the header Authorization. */
  public Set<String> credentials() {
    return credentials;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    credentials.add(exchange.getRequestHeaders().getFirst("Authorization"));
    try (exchange) {
      if (path.equals(LIST)) {
        poll(exchange);
      } else if (path.startsWith(TASK)) {
        String id = path.substring(TASK.length());
        asked.merge(id, 1, Integer::sum);
        heldTasks.await();
        synchronized (listed) {
          listed.remove(id);
        }
        send(exchange, 200, codes.containsKey(id) ? noResult(id) : result(id));
      } else {
        others.add(path);
        send(exchange, 404, "{}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll(HttpExchange exchange) throws IOException, InterruptedException {
    polls.add(System.nanoTime());
    heldPolls.await();
    if (failure != null) {
      send(exchange, failure, "");
    } else {
      send(exchange, 200, list());
    }
  }

  private String list() {
    List<String> page;
    synchronized (listed) {
      page = listed.stream().limit(MOST_ROWS).toList();
      if (!page.isEmpty()) {
        pages.incrementAndGet();
      }
      if (showsOnce) {
        page.forEach(listed::remove);
      }
    }
    List<String> rows = new ArrayList<>(page.stream().map(ReadyApi::row).toList());
    if (!moreRows.isEmpty()) {
      rows.add(moreRows);
    }
    return "{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result_count\":%d,\"result\":%s}]}"
        .formatted(
            rows.size(),
            rows.isEmpty() ? "null" : rows.stream().collect(Collectors.joining(",", "[", "]")));
  }

  /** A row of the list. */
  public static String row(String id) {
    return "{\"id\":\"%s\",\"se\":\"naver\",\"se_type\":\"organic\",\"tag\":null,\"endpoint_regular\":\"%s%s\"}"
        .formatted(id, TASK, id);
  }

  private String noResult(String id) {
    return "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":%d,\"data\":%s,\"result\":null}]}"
        .formatted(id, codes.get(id), DATA);
  }

  private static String result(String id) {
    return "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,\"data\":%s,\"result\":[{\"items\":[{\"type\":\"organic\"},{\"type\":\"paid\"}]}]}]}"
        .formatted(id, DATA);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
