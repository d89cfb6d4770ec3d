package io.serproutes.page;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a request may do something. */
enum Access {
  /** It may. */
  ON,
  /** It may with {@code serp.page.token}. */
  TOKEN,
  /** It may not, whoever sends it. */
  OFF;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
