package io.serproutes.sandbox;

/** The answers that are no result, in the shapes that were captured from the API. */
final class FailureBodies {
  /** HTTP 402 came without a top-level status code. */
  private static final String PAYMENT_REQUIRED =
      "{\"tasks\":[{\"status_code\":40200,\"status_message\":\"Payment Required.\",\"cost\":0,"
          + "\"result\":null}]}";

  private final TaskEnvelope envelope;
  private final ResultBodies results;

  FailureBodies(TaskEnvelope envelope, ResultBodies results) {
    this.envelope = envelope;
    this.results = results;
  }

  /** The call itself failed. */
  SandboxAnswer ofCall(int http, int code) {
    return SandboxAnswer.json(http, code, TaskEnvelope.withoutTasks(code));
  }

  /** Asked for something that is no id. */
  SandboxAnswer ofMalformedId(String text) {
    return task(text, 200, 40501, PostedTask.UNKNOWN_DATA);
  }

  /** The task failed so; a {@code failure} of 20000 or 40106 is a result. */
  SandboxAnswer ofTask(SandboxId id, SandboxFailure failure) {
    int http = failure.http();
    if (http == 204 || http == 205 || http == 304) {
      return SandboxAnswer.empty(http);
    }
    return failure.code() == 0 ? ofHttp(id, http) : ofCode(id, http, failure.code());
  }

  private SandboxAnswer ofHttp(SandboxId id, int http) {
    return switch (http) {
      case 401 -> ofCall(401, 40100);
      case 402 -> ofCode(id, 402, 40200);
      case 403 -> ofCall(403, 40104);
      case 404 -> ofCall(404, 40400);
      case 429 -> ofCall(429, 40202);
      // seen: an HTTP error whose body says that all is well
      case 500 -> results.result(id, 500, 20000);
      default -> http < 300 ? results.result(id, http, 20000) : page(http);
    };
  }

  private SandboxAnswer ofCode(SandboxId id, int http, int code) {
    return switch (code) {
      case 20000, 40106 -> results.result(id, http, code);
      case 40102 -> results.noResults(id, http);
      case 40100, 40202, 40400 -> ofCall(http, code);
      case 40401 -> task(id.text(), http, code, PostedTask.UNKNOWN_DATA);
      default ->
          http == 402 && code == 40200
              ? SandboxAnswer.json(http, code, PAYMENT_REQUIRED)
              : task(id.text(), http, code, PostedTask.of(id).data());
    };
  }

  private SandboxAnswer task(String id, int http, int code, String data) {
    JsonBytes json = envelope.open(new JsonBytes(1024), id, code, 0, data);
    return SandboxAnswer.json(http, code, TaskEnvelope.close(json.raw("null")));
  }

  private static SandboxAnswer page(int http) {
    return SandboxAnswer.html(
        http, "<html><body><center><h1>" + http + "</h1></center><hr></body></html>\r\n");
  }
}
