package io.serproutes.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * An id that was given up, or input that is none. Members without a value are left out.
 *
 * @param taskId the id; null where the input is none
 * @param input what stood in the source where that is no id, cut at 1,024 characters
 * @param response the last answer as text, cut at 64 KiB, without credentials
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DeadLetter(
    String taskId,
    String input,
    String reason,
    Integer statusCode,
    String statusMessage,
    Integer httpStatus,
    int attempts,
    String source,
    String failedAt,
    String response) {}
