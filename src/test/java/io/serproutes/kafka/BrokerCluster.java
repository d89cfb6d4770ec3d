package io.serproutes.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Three brokers that replicate every topic; two of them suffice. */
final class BrokerCluster implements AutoCloseable {

  private static final int NODES = 3;

  private final List<BrokerProcess> nodes = new ArrayList<>();

  /** Nodes that are not started yet, with this property of the server's each. */
  BrokerCluster(String property, Object value) throws IOException {
    List<String> voters = new ArrayList<>();
    for (int id = 1; id <= NODES; id++) {
      voters.add(id + "@localhost:" + Broker.freePort());
    }
    for (int id = 1; id <= NODES; id++) {
      nodes.add(new BrokerProcess().node(id, String.join(",", voters)).with(property, value));
    }
  }

  /** Starts all of them: alone none would serve anybody. */
  BrokerCluster start() {
    nodes.stream()
        .map(
            node -> CompletableFuture.runAsync(() -> start(node), work -> new Thread(work).start()))
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
