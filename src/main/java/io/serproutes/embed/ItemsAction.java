package io.serproutes.embed;

import io.serproutes.ids.Recipient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Replies with the id's items: the body is their list, each a JSON text; organic ones first, then
 * paid, then other ones, each type in the order of the answer.
 *
 * <p>The list is empty for an id that was given up, and for one whose task is not ready: nothing
 * waits here, and the host asks again. The receipt and the dead letter are JSON texts in the
 * exchange variables {@code serpReceipt} and {@code serpDeadLetter}.
 */
public final class ItemsAction extends TaskForId {

  private static final String RECEIPT = "serpReceipt";
  private static final String DEAD_LETTER = "serpDeadLetter";

  @Override
  Recipient recipient() {
    return new Reply();
  }

  @Override
  void reply(Exchange exchange, Recipient recipient, String receipt) {
    Reply reply = (Reply) recipient;
    put(exchange, RECEIPT, receipt);
    put(exchange, DEAD_LETTER, reply.deadLetter);
    exchange.getMessage().setBody(reply.all());
  }

  private static void put(Exchange exchange, String variable, String text) {
    if (text == null) {
      exchange.removeVariable(variable);
    } else {
      exchange.setVariable(variable, text);
    }
  }

  /** Collects the items of one id. It has no name, so the id is not parked. */
  private static final class Reply implements Recipient {

    // by kind: a repeated delivery replaces the items of the one before
    private final Map<String, List<?>> items = new LinkedHashMap<>();
    private String deadLetter;

    @Override
    public String getName() {
      return null;
    }

    @Override
    public String endpoint(String kind) {
      return null;
    }

    @Override
    public void accept(String kind, Message message) {
      if (kind.equals("dead-letters")) {
        deadLetter = message.getBody(String.class);
      } else if (message.getBody() instanceof List<?> list) {
        items.put(kind, list);
      } else if (!kind.equals("receipts")) {
        items.put("item " + message.getHeader("serp.item-index"), List.of(message.getBody()));
      }
    }

    List<Object> all() {
      List<Object> all = new ArrayList<>();
      items.values().forEach(all::addAll);
      return all;
    }
  }
}
