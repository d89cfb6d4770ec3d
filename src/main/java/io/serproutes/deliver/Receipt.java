package io.serproutes.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

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
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Receipt(
    String taskId,
    String outcome,
    String reason,
    Integer statusCode,
    Integer httpStatus,
    int attempts,
    int organic,
    int paid,
    int other,
    int oversized,
    Long itemsCount,
    Boolean countMismatch,
    Integer otherTasks,
    @JsonRawValue String keyword,
    @JsonRawValue String tag,
    String source,
    String fetchedAt,
    long elapsedMs,
    Boolean sandbox,
    Boolean shortened,
    @JsonRawValue String data,
    @JsonRawValue String results) {}
