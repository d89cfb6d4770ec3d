package io.serproutes.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What a receipt says became of its id.
 *
 * @param outcome {@code delivered}, {@code partial}, {@code empty} or {@code dead-lettered}
 * @param reason why it was dead-lettered; else null
 */
public record ReceiptOutcome(String outcome, String reason) {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads a receipt up to the members that quote the answer.
   *
   * @return null where it is no receipt, or one of the embedded sandbox
   * @throws com.fasterxml.jackson.core.JacksonException where it is no JSON
   * @throws java.io.CharConversionException likewise: zeros pass for UTF-32
   */
  public static ReceiptOutcome read(byte[] receipt) throws IOException {
    String outcome = null;
    String reason = null;
    try (JsonParser json = JSON.createParser(receipt)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "outcome" -> outcome = json.getValueAsString();
          case "reason" -> reason = json.getValueAsString();
          case "sandbox" -> {
            if (value == JsonToken.VALUE_TRUE) {
              return null;
            }
          }
          case "data", "results" -> {
            return of(outcome, reason);
          }
          default -> json.skipChildren();
        }
      }
    }
    return of(outcome, reason);
  }

  private static ReceiptOutcome of(String outcome, String reason) {
    return outcome == null ? null : new ReceiptOutcome(outcome, reason);
  }

  /** Whether the API had a result, maybe an empty one. */
  public boolean isDelivered() {
    return !outcome.equals("dead-lettered");
  }
}
