package io.serproutes.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * An id that was given up, or input that is none. Members without a value are left out.
 *
 * @param taskId the id; null where the input is none
 * @param input what stood in the source where that is no id, cut at 1,024 characters
 * @param response the last answer as text, cut at 64 KiB, without credentials
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "task_id",
  "input",
  "reason",
  "status_code",
  "status_message",
  "http_status",
  "attempts",
  "source",
  "failed_at",
  "response"
})
public record DeadLetter(
    @JsonProperty("task_id") String taskId,
    @JsonProperty("input") String input,
    @JsonProperty("reason") String reason,
    @JsonProperty("status_code") Integer statusCode,
    @JsonProperty("status_message") String statusMessage,
    @JsonProperty("http_status") Integer httpStatus,
    @JsonProperty("attempts") int attempts,
    @JsonProperty("source") String source,
    @JsonProperty("failed_at") String failedAt,
    @JsonProperty("response") String response) {}
