package io.serproutes.deliver;

/**
 * An output refuses the items of one id while it accepts those of others. The id is given up; its
 * verdict says why.
 */
public final class ItemsRejectedException extends Exception {

  ItemsRejectedException(String words, Throwable cause) {
    super(words, cause);
  }
}
