package io.serproutes;

/**
 * A key has no value, or one that cannot be used, or what it asks for is not there; the message has
 * a line for each problem.
 */
public final class IllegalSettingException extends IllegalArgumentException {

  /** Says which keys and what is wrong with them. */
  public IllegalSettingException(String message) {
    super(message);
  }
}
