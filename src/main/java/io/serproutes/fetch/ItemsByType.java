package io.serproutes.fetch;

import io.serproutes.items.ItemBatch;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The items of the task, as one {@link ItemBatch} a type; for {@code ref} in a route. None of the
 * batches is empty.
 */
public final class ItemsByType extends ExpressionAdapter {

  @Override
  public Object evaluate(Exchange exchange) {
    Task task = Task.of(exchange);
    try {
      return ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound());
    } catch (IOException e) {
      throw new RuntimeExchangeException("an answer cannot be read", exchange, e);
    }
  }
}
