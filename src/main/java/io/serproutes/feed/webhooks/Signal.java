package io.serproutes.feed.webhooks;

import io.serproutes.ids.TaskId;

/**
 * What a call says: a task is finished. It proves nothing: whoever has the token may make it.
 *
 * @param id the task
 * @param answer the answer that it brings, on disk under a hidden name; null for none
 */
public record Signal(TaskId id, PostedBody answer) {

  /** The kinds of calls that the vendor makes. */
  public enum Kind {
    /** Says that a task is finished. */
    PINGBACK("/pingback", "GET"),
    /** Brings the result of a task in its body. */
    POSTBACK("/postback", "POST");

    private final String path;
    private final String method;

    Kind(String path, String method) {
      this.path = path;
      this.method = method;
    }

    /** The path of the URL. */
    public String path() {
      return path;
    }

    /** The one method that is allowed. */
    public String method() {
      return method;
    }
  }
}
