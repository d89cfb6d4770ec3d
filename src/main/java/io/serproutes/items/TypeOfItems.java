package io.serproutes.items;

import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The type of the items in the body: {@code organic}, {@code paid} or {@code other}.
 *
 * <p>An expression of its own, for {@code ref} in a route: Camel's simple language looks up a
 * method such as {@code ${body.typeName}} for every message.
 */
public final class TypeOfItems extends ExpressionAdapter {

  @Override
  public Object evaluate(Exchange exchange) {
    return exchange.getMessage().getBody(ItemBatch.class).getType().toString();
  }
}
