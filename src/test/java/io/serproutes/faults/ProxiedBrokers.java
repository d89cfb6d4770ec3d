package io.serproutes.faults;

import io.serproutes.ProgramUnderTest;
import io.serproutes.kafka.BrokerProcess;
import io.serproutes.kafka.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One broker or three, which the program reaches by proxies, and the tests directly. */
final class ProxiedBrokers implements AutoCloseable {

  private record Node(BrokerProcess broker, CutProxy proxy) {

    void start() {
      try {
        if (!broker.handle().isAlive()) {
          broker.start();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  /** Starts so many, one or three. */
  ProxiedBrokers(int count) throws IOException {
    String voters =
        IntStream.rangeClosed(1, count)
            .mapToObj(id -> id + "@localhost:" + ProgramUnderTest.freePort())
            .collect(Collectors.joining(","));
    for (int id = 1; id <= count; id++) {
      CutProxy proxy = new CutProxy();
      BrokerProcess broker = new BrokerProcess();
      if (count > 1) {
        broker.node(id, voters);
      }
      nodes.add(new Node(broker.behind(proxy.port(), proxy.target()), proxy));
    }
    nodes.stream()
        .map(
            node -> CompletableFuture.runAsync(() -> begin(node), work -> new Thread(work).start()))
        .toList()
        .forEach(CompletableFuture::join); // each waits for the others
  }

  private static void begin(Node node) {
    try {
      node.broker.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String addresses(Function<Node, String> address) {
    return nodes.stream().map(address).collect(Collectors.joining(","));
  }

  /** New topics for a plan, and what the program must be told of them. */
  Scene scene(Path dir, Plan plan) {
    String name = "seed-" + plan.seed + "-" + Long.toString(System.nanoTime(), 36);
    String direct = addresses(node -> node.broker.bootstrapServers());
    Scene scene = new Scene(direct, dir, name, Plan.PARTITIONS);
    scene
        .key("serp.kafka.brokers", addresses(node -> "localhost:" + node.proxy.port()))
        .key("serp.kafka.max-item-bytes", Plan.MAX_ITEM_BYTES)
        .key("serp.kafka.properties.delivery.timeout.ms", 6000)
        .key("serp.kafka.properties.request.timeout.ms", 3000);
    return plan.exactlyOnce ? scene.key("serp.kafka.delivery", "exactly-once") : scene;
  }

  private Node node(int n) {
    return nodes.get(n % nodes.size());
  }

  /** Stops one in good order, or kills it. */
  void stop(int n, boolean kills) {
    if (kills) {
      node(n).broker.kill9();
    } else {
      node(n).broker.stop();
    }
  }

  /** Starts one, unless it runs. */
  synchronized void start(int n) {
    node(n).start();
  }

  /** Restarts one after the other. */
  synchronized void roll() {
    for (int n = 0; n < nodes.size(); n++) {
      stop(n, false);
      start(n);
    }
  }

  /** Cuts the program's connections to all, or has nothing pass to one. */
  void network(int n, boolean cuts) {
    if (cuts) {
      nodes.forEach(node -> node.proxy.cut());
    } else {
      node(n).proxy.stall();
    }
  }

  /** Everything passes again. */
  void heal() {
    nodes.forEach(node -> node.proxy.heal());
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      node.proxy.close();
      node.broker.close();
    }
  }
}
