package io.serproutes.fetch;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.InputStream;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Takes an id into work once no other exchange works on the same id; {@link SettleTask} ends that.
 * Waiting holds no thread; a host's id does not wait while the circuit is open. Safe for use by
 * many threads.
 *
 * <p>The message body is a {@link Delivery} of a source of ours, or a host's id as text, with the
 * optional headers {@code serp.tag} and {@code serp.source} and maybe a {@link Recipient}.
 */
public final class BeginTask extends AsyncProcessorSupport {

  /** The exchange variable that holds the id as text; not set for input that is no id. */
  private static final String TASK_ID = "serpTaskId";

  /** The exchange variable that says whether the id waits while the circuit is open. */
  private static final String WAITS_FOR_CIRCUIT = "serpWaitsForCircuit";

  /** The exchange variable that says that the id came with its answer; else not set. */
  private static final String IS_ANSWERED = "serpIsAnswered";

  /** The exchange variable with what becomes of the id; not set before that is known. */
  private static final String VERDICT = "serpVerdict";

  private static final String HOST = "host";

  // by id, the exchange that works on it and behind it those that wait until it is free
  private final Map<String, Queue<Turn>> inWork = new HashMap<>();
  private volatile Runnable hostWaits = () -> {};

  /**
   * An exchange with an id.
   *
   * @param go run once the id is free
   * @param refuse told where a host's id, which nobody keeps, may not wait any longer; null where a
   *     source keeps the id until it has ended
   */
  private record Turn(Runnable go, Consumer<Exception> refuse) {

    boolean isKept() {
      return refuse == null;
    }
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Recipient recipient = exchange.getVariable(Recipient.VARIABLE, Recipient.class);
    exchange.removeVariable(Recipient.VARIABLE);
    Task task = task(exchange, recipient);
    exchange.setVariable(Task.VARIABLE, task);
    exchange.setVariable(WAITS_FOR_CIRCUIT, task.waitsForCircuit());
    exchange.removeVariable(VERDICT);
    exchange.removeVariable(IS_ANSWERED);
    if (task.getAnswerFile() != null) { // not false: each copy of the exchange copies it
      exchange.setVariable(IS_ANSWERED, true);
    }
    if (task.isValid()) {
      exchange.setVariable(TASK_ID, task.getId().value());
    }
    Consumer<Exception> refuse =
        task.waitsForCircuit() ? null : refusal -> refuse(task, exchange, refusal, callback);
    if (!task.isValid() || enter(task.getId().value(), refuse, () -> callback.done(false))) {
      callback.done(true);
      return true;
    }
    task.getDelivery().settlement().outOfLine(); // the other exchange may take long
    if (refuse != null) {
      hostWaits.run();
    }
    return false;
  }

  // it has not begun: there is nothing to settle
  private static void refuse(
      Task task, Exchange exchange, Exception refusal, AsyncCallback callback) {
    exchange.getMessage().setBody(task.host().body());
    task.host().giveBack(exchange);
    task.close();
    exchange.setException(refusal);
    callback.done(false);
  }

  private static Task task(Exchange exchange, Recipient recipient) {
    Message message = exchange.getMessage();
    if (message.getBody() instanceof Delivery delivery) {
      String tag = delivery.history() == null ? null : delivery.history().tag();
      return new Task(delivery, tag, true, recipient, HostMessage.layAside(exchange));
    }
    String text = message.getBody(String.class);
    if (message.getBody() instanceof InputStream || message.getBody() instanceof Reader) {
      message.setBody(text); // what has been read, the host could not read again
    }
    String source = message.getHeader("serp.source", HOST, String.class);
    Delivery delivery = Delivery.fresh(text, Source.named(source), ended -> {});
    String tag = message.getHeader("serp.tag", String.class);
    return new Task(delivery, tag, false, recipient, HostMessage.layAside(exchange));
  }

  /**
   * Locks an id.
   *
   * @param refuse told where the id may not wait any longer; null where a source keeps it
   * @param go run once the id is free, by the thread that frees it; not if it is free now
   * @return whether it was free and is locked now
   */
  synchronized boolean enter(String id, Consumer<Exception> refuse, Runnable go) {
    Queue<Turn> turns = inWork.computeIfAbsent(id, free -> new ArrayDeque<>(1));
    turns.add(new Turn(go, refuse));
    return turns.size() == 1;
  }

  /** Sets what is run once a host's id waits for its turn; before the first id. */
  void whenHostWaits(Runnable look) {
    hostWaits = look;
  }

  /** Takes away the turns of a host's ids that wait; returns who is to be told. */
  synchronized List<Consumer<Exception>> removeThoseThatDoNotWait() {
    List<Consumer<Exception>> removed = new ArrayList<>();
    for (Queue<Turn> turns : inWork.values()) {
      Turn first = turns.peek(); // is in work
      turns.removeIf(turn -> turn != first && !turn.isKept() && removed.add(turn.refuse()));
    }
    return removed;
  }

  void leave(Task task) {
    if (task.isValid()) {
      leave(task.getId().value());
    }
  }

  /** Frees an id, or passes it on to the next that waits for it. */
  void leave(String id) {
    Turn next;
    synchronized (this) {
      Queue<Turn> turns = inWork.get(id);
      turns.remove();
      next = turns.peek();
      if (next == null) {
        inWork.remove(id);
      }
    }
    if (next != null) {
      next.go().run();
    }
  }

  public synchronized boolean isInWork(TaskId id) {
    return inWork.containsKey(id.value());
  }

  /** Whether an id is in work, or waits for its turn, that a source keeps until it has ended. */
  public synchronized boolean isKeptInWork(TaskId id) {
    Queue<Turn> turns = inWork.get(id.value());
    return turns != null && turns.stream().anyMatch(Turn::isKept);
  }

  /** Ids in work: asked for, waiting to be, or being delivered. */
  public synchronized int inWork() {
    return inWork.size();
  }
}
