package io.serproutes.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/** Three brokers that replicate every topic; two of them suffice. */
final class BrokerCluster implements AutoCloseable {

  private static final int NODES = 3;

  private final List<BrokerProcess> nodes = new ArrayList<>();

  /** Nodes that are not started yet, with this property of the server's each. */
  BrokerCluster(String property, Object value) throws IOException {
    List<String> controllers = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      controllers.add(Integer.toString(Broker.freePort()));
    }
    String cluster = Uuid.randomUuid() + ":" + String.join(",", controllers);
    for (int i = 1; i <= NODES; i++) {
      nodes.add(new BrokerProcess().with("node", i + ":" + cluster).with(property, value));
    }
  }

  /** Starts all of them: alone none would serve anybody. */
  BrokerCluster start() {
    nodes.stream()
        .map(node -> CompletableFuture.runAsync(() -> start(node)))
        .toList()
        .forEach(CompletableFuture::join);
    return this;
  }

  private static void start(BrokerProcess node) {
    try {
      node.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<BrokerProcess> nodes() {
    return nodes;
  }

  String bootstrapServers() {
    return nodes.stream().map(BrokerProcess::bootstrapServers).collect(Collectors.joining(","));
  }

  @Override
  public void close() throws IOException {
    for (BrokerProcess node : nodes) {
      node.close();
    }
  }
}
