package io.serproutes.items;

import java.io.IOException;

/** A part of an answer is longer than anybody would quote; it has not been read into memory. */
public final class TooLongToQuoteException extends IOException {

  TooLongToQuoteException(long bytes) {
    super("a part of " + bytes + " bytes is not quoted");
  }
}
