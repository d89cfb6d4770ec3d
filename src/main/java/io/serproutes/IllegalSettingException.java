package io.serproutes;

import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;

/**
 * A key has no value, or one that cannot be used, or what it asks for is not there; the message has
 * a line for each problem.
 */
public final class IllegalSettingException extends IllegalArgumentException {

  /** Says which keys and what is wrong with them. */
  public IllegalSettingException(String message) {
    super(message);
  }

  /** Returns what stops the start of a context, with this as its cause. */
  public VetoCamelContextStartException asVeto(CamelContext context) {
    var veto = new VetoCamelContextStartException(getMessage(), context, true);
    veto.initCause(this);
    return veto;
  }
}
