package io.serproutes.fetch;

import io.serproutes.items.ItemBatch;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The items of the task, as one {@link ItemBatch} a type; for {@code ref} in a route. None of the
 * batches is empty.
 */
public final class ItemsByType extends ExpressionAdapter {

  @Override
  public Object evaluate(Exchange exchange) {
    Task task = Task.of(exchange);
    return ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound());
  }
}
