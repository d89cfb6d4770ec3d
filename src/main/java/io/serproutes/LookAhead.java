package io.serproutes;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * An iterator that must fetch an element to know whether there is one; it fetches none before it is
 * asked, and none after its end. Not thread-safe.
 *
 * <p>The end is final: when a split is done, Camel iterates once more to release its exchanges, and
 * an element that had come meanwhile would be lost (MulticastProcessor.doDone of 4.18.0).
 */
public abstract class LookAhead<T> implements Iterator<T> {

  private T next;
  private boolean isOver;

  /** The next element, or null where there is none; after null it is not called again. */
  protected abstract T fetch();

  @Override
  public final boolean hasNext() {
    if (next == null && !isOver) {
      next = fetch();
      isOver = next == null;
    }
    return next != null;
  }

  @Override
  public final T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T element = next;
    next = null;
    return element;
  }
}
