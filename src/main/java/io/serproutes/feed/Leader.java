package io.serproutes.feed;

/** Which of all processes that share a source polls the vendor's list: one at a time. */
public interface Leader {

  /** What is known of this process. */
  enum Standing {
    /** It polls. */
    LEADS,
    /** Another process polls. */
    FOLLOWS,
    /** It is not known yet. */
    UNKNOWN
  }

  /** What this process is now; called often, and must not wait. */
  Standing standing();
}
