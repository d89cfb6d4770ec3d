package io.serproutes.sandbox;

/**
 * A failure to answer with.
 *
 * @param http HTTP status, 200 to 599
 * @param code the vendor's status code; 0: whatever goes with the HTTP status
 */
record SandboxFailure(int http, int code) {

  /** Null where it is none: no code and no status, or a status that HTTP does not answer with. */
  static SandboxFailure of(int http, int code) {
    if (http == 0) {
      return code == 0 ? null : new SandboxFailure(200, code);
    }
    return http < 200 || http > 599 ? null : new SandboxFailure(http, code);
  }
}
