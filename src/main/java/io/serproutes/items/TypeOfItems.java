package io.serproutes.items;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Notes the type of the items in the body as the variable {@code serpItemType}: {@code organic},
 * {@code paid} or {@code other}.
 *
 * <p>Of each part of the split, before its first step, so that every step of an output knows it,
 * those that somebody adds included.
 */
public final class TypeOfItems implements Processor {

  public static final String VARIABLE = "serpItemType";

  @Override
  public void process(Exchange exchange) {
    ItemBatch batch = exchange.getMessage().getBody(ItemBatch.class);
    exchange.setVariable(VARIABLE, batch.getType().toString());
  }
}
