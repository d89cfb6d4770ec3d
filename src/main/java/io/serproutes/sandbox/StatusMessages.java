package io.serproutes.sandbox;

import java.util.Map;

/** Messages for the codes of the vendor's list (docs.dataforseo.com/v3/appendix/errors). */
final class StatusMessages {
  private static final Map<Integer, String> MESSAGES =
      Map.ofEntries(
          Map.entry(20000, "Ok."),
          Map.entry(20100, "Task Created."),
          Map.entry(40000, "You can set only one task at a time."),
          Map.entry(40001, "Task ID is used by another client."),
          Map.entry(40002, "Task ID belongs to another search engine."),
          Map.entry(40003, "Task ID belongs to another search type."),
          Map.entry(40004, "Task ID belongs to another function."),
          Map.entry(40006, "You can set only 100 tasks at a time."),
          Map.entry(40100, "You are not Authorized to Access this Resource."),
          Map.entry(40101, "Internal SE Error."),
          Map.entry(40102, "No Search Results."),
          Map.entry(40103, "Task Execution Failed."),
          Map.entry(40104, "Please verify your account."),
          Map.entry(40106, "Task Completed with Partial Results."),
          Map.entry(40200, "Payment Required."),
          Map.entry(40201, "Account Paused."),
          Map.entry(40202, "Rate Limit per Minute Exceeded."),
          Map.entry(40203, "Cost Limit Exceeded."),
          Map.entry(40204, "Access Denied. Subscription Needed."),
          Map.entry(40207, "Access Denied. IP not Whitelisted."),
          Map.entry(40209, "Too Many Simultaneous Requests."),
          Map.entry(40210, "Insufficient Funds."),
          Map.entry(40400, "Not Found."),
          Map.entry(40401, "Task Not Found."),
          Map.entry(40402, "Invalid Path."),
          Map.entry(40403, "Results Expired."),
          Map.entry(40404, "No Prepared Data."),
          Map.entry(40501, "Invalid Field: 'id'."),
          Map.entry(40502, "POST Data Is Empty. Content-Type Must Be application/json."),
          Map.entry(40503, "POST Data Is Invalid."),
          Map.entry(40601, "Task Handed."),
          Map.entry(40602, "Task In Queue."),
          Map.entry(50000, "Internal Error."),
          Map.entry(50001, "Balance Check Error."),
          Map.entry(50100, "Not Implemented."),
          Map.entry(50301, "Third-Party API Unavailable."),
          Map.entry(50303, "Update in Progress."),
          Map.entry(50304, "Function Temporarily Unavailable."),
          Map.entry(50401, "Internal Service Timeout."),
          Map.entry(50402, "Target Page Timeout."));

  private StatusMessages() {}

  static String of(int code) {
    return MESSAGES.getOrDefault(code, "Unknown.");
  }
}
