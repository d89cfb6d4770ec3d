package io.serproutes.fetch;

/**
 * Why the API answers no call of ours, whatever the id, and what a person can do about it. Which
 * codes mean which is in {@link StatusCodes}.
 */
enum Refusal {
  LOGIN(
      "the login or the password is rejected",
      "Set serp.api.login and serp.api.password and start again"),
  NOT_VERIFIED("the account is not verified", "Verify it at the vendor"),
  NO_MONEY("the account has no money left", "Top it up"),
  PAUSED("the account is paused", "Ask the vendor's support"),
  COST_LIMIT("the account has reached its cost limit", "Raise the limit, or wait for its reset"),
  NO_SUBSCRIPTION("the account has no subscription for this API", "Subscribe at the vendor"),
  IP_ADDRESS(
      "the account does not accept the IP address of this machine",
      "Add the address to the account's whitelist"),
  FORBIDDEN("the account may not call this API", "Check the account's rights at the vendor"),
  ADDRESS("the host or the path is wrong", "Check serp.api.base-url and serp.api.path"),
  PROXY("a proxy wants a login of its own", "Check serp.api.base-url and the proxy");

  /** What is wrong, as the beginning of a sentence. */
  final String problem;

  /** What a person can do, as a sentence of its own, without its full stop. */
  final String cure;

  Refusal(String problem, String cure) {
    this.problem = problem;
    this.cure = cure;
  }
}
