package io.serproutes.feed.webhooks;

import io.serproutes.ids.TaskId;

/**
 * What a call says: a task is finished. It proves nothing: whoever has the token may make it.
 *
 * @param kind the kind of call
 * @param id the task
 * @param tag the tag of the task as the call says, at most 255 characters; null where it has none
 * @param answer the answer that it brings, on disk under a hidden name; null for none
 */
public record Signal(Kind kind, TaskId id, String tag, PostedBody answer) {

  /** A signal without an answer. */
  Signal(Kind kind, TaskId id, String tag) {
    this(kind, id, tag, null);
  }

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
