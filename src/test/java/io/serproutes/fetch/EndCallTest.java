package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;

class EndCallTest {

  private final Settings settings =
      new Settings(Map.of(Keys.BASE_URL.name(), "http://127.0.0.1")::get);
  private final ApiConnections connections = new ApiConnections(settings);

  /** Camel copies headers with each step behind; without its own it would repeat for ever. */
  @Test
  void theHeadersOfTheCallGoAndTheCountOfRepetitionsStays() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start(); // headers ignore case from here on
      Exchange exchange = new DefaultExchange(context);
      Task task = TestTasks.fresh(TestTasks.id(42));
      exchange.setVariable(Task.VARIABLE, task);
      Message message = exchange.getMessage();
      message.setHeader(Exchange.HTTP_PATH, "/" + task.getId());
      message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
      message.setHeader(Exchange.HTTP_RESPONSE_TEXT, "OK");
      message.setHeader("retry-after", "7");
      message.setHeader(Exchange.REDELIVERY_COUNTER, 3);
      TaskGetClient client = new TaskGetClient(settings, new Secrets(settings));
      new EndCall(client, connections, TestTasks.gate(Runnable::run)).process(exchange);
      assertThat(message.getHeaders()).containsOnlyKeys(Exchange.REDELIVERY_COUNTER);
      assertThat(message.getBody()).isEqualTo(task.getId().value());
    }
  }

  @Test
  void itsPlaceIsFreeAndWhatIsNotReadOfItsAnswerIsBrokenOff() throws Exception {
    Gate gate = TestTasks.gate(Runnable::run);
    TaskGetClient client = new TaskGetClient(settings, new Secrets(settings));
    EndCall end = new EndCall(client, connections, gate);
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange ofTask = new DefaultExchange(context);
      Task task = TestTasks.fresh(TestTasks.id(42));
      ofTask.setVariable(Task.VARIABLE, task);
      gate.enter(task, () -> {}, refusal -> {});
      assertThat(gate.inFlight()).isOne();
      HttpGet call = TaskGetClientTest.call(client);
      end.process(ofTask);
      assertThat(call.isAborted()).isTrue();
      assertThat(gate.inFlight()).isZero();
    }
  }

  @Test
  void aPollLeavesItsPlaceAndItsMessageStays() throws Exception {
    Gate gate = TestTasks.gate(Runnable::run);
    EndCall end =
        new EndCall(new TaskGetClient(settings, new Secrets(settings)), connections, gate);
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange ofPoll = new DefaultExchange(context);
      Poll poll = new Poll();
      ofPoll.setVariable(Poll.VARIABLE, poll);
      ofPoll.getMessage().setBody("the list");
      gate.enter(poll, () -> {}, refusal -> {});
      assertThat(gate.inFlight()).isOne();
      end.process(ofPoll);
      assertThat(gate.inFlight()).isZero();
      assertThat(ofPoll.getMessage().getBody()).isEqualTo("the list");
    }
  }
}
