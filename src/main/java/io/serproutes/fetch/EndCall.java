package io.serproutes.fetch;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Ends a call, whatever it brought: what has not been read of the answer is broken off, and the
 * gate frees the place that {@link PassGate} took. From here on the id, if the call was for one, is
 * the body, and the headers of the call are gone.
 */
public final class EndCall implements Processor {

  // judged by now; not all headers, since Camel counts its repetitions in one
  private static final List<String> OF_THE_CALL =
      List.of(
          Exchange.HTTP_PATH,
          Exchange.HTTP_RESPONSE_CODE,
          Exchange.HTTP_RESPONSE_TEXT,
          "Retry-After");

  private final TaskGetClient client;
  private final ApiConnections connections;
  private final Gate gate;

  /** Ends the calls of this client. */
  public EndCall(TaskGetClient client, ApiConnections connections, Gate gate) {
    this.client = client;
    this.connections = connections;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = Task.of(exchange);
    if (task != null) {
      Message message = exchange.getMessage();
      message.setBody(task.getId().value());
      OF_THE_CALL.forEach(message::removeHeader);
      exchange.removeProperty(ExchangePropertyKey.CHARSET_NAME); // of the API's Content-Type
    }
    try {
      client.end();
      if (task != null && isOfAnother(task.getVerdict())) {
        connections.closeUnused(); // they may bring further answers to calls before
      }
    } finally {
      gate.leave(task == null ? exchange.getVariable(Poll.VARIABLE, Poll.class) : task);
    }
  }

  // an answer without the asked id is unreadable, as are others that make no sense
  private static boolean isOfAnother(Verdict verdict) {
    return verdict != null && verdict.reason() == Reason.UNREADABLE;
  }
}
