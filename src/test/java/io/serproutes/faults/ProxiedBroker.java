package io.serproutes.faults;

import io.serproutes.kafka.BrokerProcess;
import io.serproutes.kafka.Scene;
import java.io.IOException;
import java.nio.file.Path;

/** A broker that the program reaches by a proxy, and the tests directly. */
final class ProxiedBroker implements AutoCloseable {

  private final CutProxy proxy = new CutProxy();
  private final BrokerProcess broker = new BrokerProcess();

  ProxiedBroker() throws IOException {
    broker.behind(proxy.port(), proxy.target()).start();
  }

  /** New topics for a plan, and what the program must be told of them. */
  Scene scene(Path dir, Plan plan) {
    String name = "seed-" + plan.seed + "-" + Long.toString(System.nanoTime(), 36);
    Scene scene = new Scene(broker, dir, name, Plan.PARTITIONS);
    scene
        .key("serp.kafka.brokers", "localhost:" + proxy.port())
        .key("serp.kafka.max-item-bytes", Plan.MAX_ITEM_BYTES)
        .key("serp.kafka.properties.delivery.timeout.ms", 6000)
        .key("serp.kafka.properties.request.timeout.ms", 3000);
    return plan.exactlyOnce ? scene.key("serp.kafka.delivery", "exactly-once") : scene;
  }

  /** Stops it in good order, or kills it. */
  void stop(boolean kills) {
    if (kills) {
      broker.kill9();
    } else {
      broker.stop();
    }
  }

  /** Starts it, unless it runs. */
  synchronized void start() throws IOException {
    if (!broker.handle().isAlive()) {
      broker.start();
    }
  }

  /** Cuts the program's connections, or has nothing pass. */
  void network(boolean cuts) {
    if (cuts) {
      proxy.cut();
    } else {
      proxy.stall();
    }
  }

  /** Everything passes again. */
  void heal() {
    proxy.heal();
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    broker.close();
  }
}
