package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.FatalErrors;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Source;
import io.serproutes.items.ItemBatch;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.cache.DefaultProducerCache;

/**
 * Sends messages to endpoints, each in an exchange of its own that expects no reply. What the
 * receiving route does to that exchange, such as {@code stop()} or an error that it handles, does
 * not reach the sender's. Holds no thread while the receiver works asynchronously.
 */
final class Sender {

  private static final String CONTENT_TYPE = "content-type";

  private final CamelContext context;
  private final DefaultProducerCache producers;

  /** A sender whose producers {@code owner} uses. */
  Sender(CamelContext context, Object owner) {
    this.context = context;
    producers = new DefaultProducerCache(owner, context, 0);
  }

  /** Starts it; it stops with the context, not with the first route that stops. */
  void start() throws Exception {
    context.addService(producers);
  }

  /**
   * Returns an exchange to send, with the body of another one, those headers that are ours, and as
   * text those that the id's record passes on.
   */
  Exchange copyOf(Exchange exchange) {
    Exchange copy = new DefaultExchange(context, ExchangePattern.InOnly);
    copy.getMessage().setBody(exchange.getMessage().getBody());
    for (Map.Entry<String, Object> header : exchange.getMessage().getHeaders().entrySet()) {
      String name = header.getKey();
      if (name.startsWith("serp.") || name.equalsIgnoreCase(CONTENT_TYPE)) {
        copy.getMessage().setHeader(name, header.getValue());
      }
    }
    Task.of(exchange)
        .getDelivery()
        .headers()
        .forEach((name, value) -> copy.getMessage().setHeader(name, text(value)));
    return copy;
  }

  private static String text(byte[] value) {
    return Source.printable(new String(value, UTF_8)); // a line break would forge a header of HTTP
  }

  /** Sets the headers of a message that holds items of one type. */
  static void describe(Message message, Task task, ItemBatch batch) {
    message.setHeader("serp.task-id", task.getId().value());
    message.setHeader("serp.item-type", batch.getType().toString());
    message.setHeader("serp.item-count", String.valueOf(batch.getTotal()));
    message.setHeader(CONTENT_TYPE, "application/json");
  }

  /**
   * Sends an exchange.
   *
   * @param whenDone is told the failure, or null for success, before the callback
   * @return whether the exchange has been sent on return, as for {@link
   *     org.apache.camel.AsyncProcessor#process}
   */
  boolean send(
      Exchange exchange, Endpoint to, Consumer<Throwable> whenDone, AsyncCallback callback) {
    CompletableFuture<Exchange> sent;
    try {
      sent = producers.asyncSendExchange(to, ExchangePattern.InOnly, null, null, exchange, null);
    } catch (RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    boolean atOnce = sent.isDone();
    FatalErrors.watch(
        sent.whenComplete(
            (done, failure) -> {
              whenDone.accept(cause(failure == null ? failureOf(done) : failure));
              callback.done(atOnce);
            }));
    return atOnce;
  }

  // a cache that has been stopped, as at the end of a forced stop, sends nothing and says nothing
  private Throwable failureOf(Exchange sent) {
    return sent.getException() == null && !producers.isStarted()
        ? new RejectedExecutionException("the program is stopping")
        : sent.getException();
  }

  // Camel wraps an error of a step, and says nothing of it
  private static Throwable cause(Throwable failure) {
    boolean isWrapped =
        failure instanceof CompletionException || failure instanceof CamelExecutionException;
    return isWrapped && failure.getCause() != null ? failure.getCause() : failure;
  }
}
