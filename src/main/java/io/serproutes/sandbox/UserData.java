package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** user_data: the account, of a login that never runs out of money, with the vendor's limits. */
final class UserData {

  private static final String PATH = "/v3/appendix/user_data";
  private static final int CALLS_PER_MINUTE = 2000;

  private final String login;

  UserData(String login) {
    this.login = login;
  }

  SandboxAnswer answer() {
    ObjectNode account = JSON.objectNode().put("login", login).put("timezone", "UTC");
    account.putObject("rates").set("limits", limits());
    account
        .putObject("money")
        .put("total", 100)
        .put("balance", 100)
        .putObject("limits")
        .putNull("day")
        .putNull("minute");
    account
        .putNull("price")
        .putNull("backlinks_subscription_expiry_date")
        .putNull("llm_mentions_subscription_expiry_date");
    ObjectNode data = JSON.objectNode().put("api", "appendix").put("function", "user_data");
    return SandboxAnswer.call(PATH, "0080", data, JSON.arrayNode().add(account));
  }

  private static ObjectNode limits() {
    ObjectNode serp = JSON.objectNode().put("task_post", CALLS_PER_MINUTE);
    serp.putObject("task_get")
        .put("regular", CALLS_PER_MINUTE)
        .put("advanced", CALLS_PER_MINUTE)
        .put("html", CALLS_PER_MINUTE);
    serp.put("tasks_ready", 20).put("tasks_fixed", 20).put("errors", 10);
    ObjectNode limits = JSON.objectNode().putNull("day");
    limits
        .putObject("minute")
        .put("total", CALLS_PER_MINUTE)
        .put("total_serp", CALLS_PER_MINUTE)
        .set("serp", serp);
    return limits;
  }
}
