package io.serproutes;

/** Keys have no value or one that cannot be used; the message has a line for each of them. */
public final class IllegalSettingException extends IllegalArgumentException {

  /** Says which keys and what is wrong with them. */
  public IllegalSettingException(String message) {
    super(message);
  }
}
