package io.serproutes;

/** A key has no value or one that cannot be used; the message is one line for a person. */
public final class IllegalSettingException extends IllegalArgumentException {

  /** Says which key and what is wrong with it. */
  public IllegalSettingException(String message) {
    super(message);
  }
}
