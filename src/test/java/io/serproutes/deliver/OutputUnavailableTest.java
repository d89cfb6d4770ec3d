package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Gate;
import io.serproutes.fetch.TestTasks;
import io.serproutes.items.SpoolException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class OutputUnavailableTest {

  private static final SpoolException NO_ROOM = new SpoolException(new IOException("no room"));

  private final Gate gate = TestTasks.gate(Runnable::run);

  private void process(Exception thrown, Exception caught) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.setException(thrown);
      exchange.setProperty(Exchange.EXCEPTION_CAUGHT, caught);
      new OutputUnavailable(gate).process(exchange);
    }
  }

  @Test
  void theCircuitSaysWhichOutputIsUnavailableAndWhatToDo() throws Exception {
    process(new OutputUnavailableException("own: away", "Repair it", null), null);
    assertThat(gate.whyOpen()).isEqualTo("cannot deliver: own: away");
    assertThat(gate.halted()).contains("Repair it; the next try is");
  }

  /** Health and the page's banner say so to everybody who reaches the server. */
  @Test
  void theCircuitNamesNoId() throws Exception {
    String id = "07031739-1535-0139-0000-9d1e639a5b5d";
    process(
        OutputUnavailableException.of(
            Path.of("out"),
            new FileSystemException("out/organic/." + id + ".json.tmp", null, "no room")),
        null);
    assertThat(gate.whyOpen()).isEqualTo("cannot deliver: out/organic/.{id}.json.tmp: no room");
  }

  @Test
  void whatARouteHasCaughtCounts() throws Exception {
    process(null, new OutputUnavailableException("own: away", "Repair it", null));
    assertThat(gate.whyOpen()).isEqualTo("cannot deliver: own: away");
  }

  @Test
  void theTemporaryFolderIsToldLikeAnOutput() throws Exception {
    process(NO_ROOM, null);
    assertThat(gate.whyOpen())
        .startsWith("cannot deliver: the temporary folder ")
        .endsWith(" cannot keep a large answer: no room");
    assertThat(gate.halted()).contains("-Djava.io.tmpdir=FOLDER; the next try is");
  }

  /** An answer in the temporary folder may fail while an output writes it. */
  @Test
  void anOutputThatFailsForItIsToldAsTheOutput() throws Exception {
    process(new OutputUnavailableException("files: no room", "Free space", NO_ROOM), null);
    assertThat(gate.whyOpen()).isEqualTo("cannot deliver: files: no room");
    assertThat(gate.halted()).contains("Free space; the next try is");
  }
}
