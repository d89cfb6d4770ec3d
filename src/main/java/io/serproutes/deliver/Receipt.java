package io.serproutes.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;

/**
 * What became of one id; written once an id has ended, after everything else of it is safely out.
 * Members without a value are left out.
 *
 * @param outcome {@code delivered}, {@code partial}, {@code empty}, {@code dead-lettered}
 * @param itemsCount what the API claimed, over all results; null where it claimed nothing
 * @param countMismatch true where that differs from what arrived, else null
 * @param otherTasks tasks in the answer that are not the asked one, and ignored; null for none
 * @param keyword JSON as the API sent it
 * @param tag JSON as the API sent it, or the host's own value
 * @param shortened true where one of the members before and after is left out because it is longer
 *     than any that the API is known to send, else null; a receipt fits into a Kafka record
 * @param data the task's {@code data} as the API sent it, with webhook URLs cut after their host
 * @param results each result object as the API sent it, without its {@code items}
 * @param sandbox true where the embedded sandbox answered, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "task_id",
  "outcome",
  "reason",
  "status_code",
  "http_status",
  "attempts",
  "organic",
  "paid",
  "other",
  "oversized",
  "items_count",
  "count_mismatch",
  "other_tasks",
  "keyword",
  "tag",
  "source",
  "fetched_at",
  "elapsed_ms",
  "sandbox",
  "shortened",
  "data",
  "results"
})
public record Receipt(
    @JsonProperty("task_id") String taskId,
    @JsonProperty("outcome") String outcome,
    @JsonProperty("reason") String reason,
    @JsonProperty("status_code") Integer statusCode,
    @JsonProperty("http_status") Integer httpStatus,
    @JsonProperty("attempts") int attempts,
    @JsonProperty("organic") int organic,
    @JsonProperty("paid") int paid,
    @JsonProperty("other") int other,
    @JsonProperty("oversized") int oversized,
    @JsonProperty("items_count") Long itemsCount,
    @JsonProperty("count_mismatch") Boolean countMismatch,
    @JsonProperty("other_tasks") Integer otherTasks,
    @JsonProperty("keyword") @JsonRawValue String keyword,
    @JsonProperty("tag") @JsonRawValue String tag,
    @JsonProperty("source") String source,
    @JsonProperty("fetched_at") String fetchedAt,
    @JsonProperty("elapsed_ms") long elapsedMs,
    @JsonProperty("sandbox") Boolean sandbox,
    @JsonProperty("shortened") Boolean shortened,
    @JsonProperty("data") @JsonRawValue String data,
    @JsonProperty("results") @JsonRawValue String results) {}
