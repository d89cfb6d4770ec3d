package io.serproutes;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * An iterator that must fetch an element to know whether there is one; it fetches none before it is
 * asked. Not thread-safe.
 */
public abstract class LookAhead<T> implements Iterator<T> {

  private T next;

  /** The next element, or null where there is none; after null it may be called again. */
  protected abstract T fetch();

  @Override
  public final boolean hasNext() {
    if (next == null) {
      next = fetch();
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
