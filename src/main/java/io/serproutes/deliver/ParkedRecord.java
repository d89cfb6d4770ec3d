package io.serproutes.deliver;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.PassedHeaders;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/**
 * The record of a parked id, whose task is not ready.
 *
 * @param taskId the id
 * @param outcome always {@code parked}
 * @param statusCode the vendor's code in the last answer
 * @param source where the id came from
 * @param firstAskedAt when it was asked for the first time
 * @param dueAt when it is asked again
 * @param asks how many answers said that it is not ready
 * @param attempts calls made so far
 * @param tag the host's own value, or null
 * @param recipient the name of the host's sink that gets its items and receipt, or null
 * @param headers what is passed on to all that comes of the id; in Base64; null or empty for
 *     nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ParkedRecord(
    String taskId,
    String outcome,
    Integer statusCode,
    String source,
    String firstAskedAt,
    String dueAt,
    int asks,
    int attempts,
    String tag,
    String recipient,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, byte[]> headers) {

  private static final int MOST = 1_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a record, whose times can be parsed.
   *
   * @throws IOException where the text holds none
   */
  public static ParkedRecord read(byte[] json) throws IOException {
    try {
      ParkedRecord record = JSON.readValue(json, ParkedRecord.class);
      Instant.parse(record.dueAt());
      Instant.parse(record.firstAskedAt());
      return record;
    } catch (JsonProcessingException | DateTimeException | NullPointerException e) {
      throw new IOException("it holds no record of a parked id");
    }
  }

  /**
   * Whether another one says the same; a record's own equality would compare arrays by identity.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof ParkedRecord record && json().equals(record.json());
  }

  @Override
  public int hashCode() {
    return json().hashCode();
  }

  private JsonNode json() {
    return JSON.valueToTree(this);
  }

  /** Returns the headers that it passes on, of those that are still to be. */
  public Map<String, byte[]> passed(PassedHeaders toPass) {
    return headers == null ? Map.of() : toPass.of(headers::get);
  }

  /**
   * Returns the id's history. Values that cannot be true are corrected: it was not asked for first
   * after {@code now}, and counts are within bounds.
   */
  public Delivery.History history(Instant now) {
    Instant first = Instant.parse(firstAskedAt);
    return new Delivery.History(
        first.isAfter(now) ? now : first,
        Math.min(Math.max(asks, 1), MOST),
        Math.min(Math.max(attempts, 0), MOST),
        tag,
        recipient);
  }
}
