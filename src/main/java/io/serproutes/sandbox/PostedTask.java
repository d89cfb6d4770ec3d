package io.serproutes.sandbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What somebody once posted to get a task, made up from its id.
 *
 * @param tag the poster's own mark; null where there was none
 * @param seconds how many seconds into October 2026 its result was received
 */
record PostedTask(String keyword, String tag, int seconds) {
  /** The {@code data} of a task the API knows nothing of. */
  static final String UNKNOWN_DATA = data("");

  private static final List<String> KEYWORDS =
      List.of(
          "iphone",
          "서울 맛집",
          "제주도 렌트카",
          "노트북 추천",
          "부산 호텔",
          "겨울 코트",
          "캠핑 의자",
          "kafka 강의",
          "강아지 사료",
          "무선 이어폰",
          "전기차 보조금",
          "홍삼 \"정관장\"",
          "아파트 청약",
          "여권 갱신",
          "커피 머신",
          "운동화");

  static PostedTask of(SandboxId id) {
    SplittableRandom random = new SplittableRandom(id.seed());
    return new PostedTask(
        KEYWORDS.get(random.nextInt(KEYWORDS.size())),
        random.nextInt(4) == 0 ? null : "sandbox-" + random.nextInt(100_000),
        random.nextInt(31 * 86_400));
  }

  /** The {@code data} the API echoes, as JSON. */
  String data() {
    JsonBytes posted = new JsonBytes(256).raw(",\"keyword\":").string(keyword);
    posted.raw(",\"priority\":1,\"tag\":").string(tag);
    posted.raw(",\"pingback_url\":\"https://your-server.com/pingscript?id=$id&tag=$tag\"");
    posted.raw(",\"device\":\"desktop\",\"os\":\"windows\"");
    return data(posted.toString());
  }

  String checkUrl() {
    return "https://search.naver.com/search.naver?display=15&start=1&page=1&where=nexearch"
        + "&sm=tab_hty.top&query="
        + URLEncoder.encode(keyword, StandardCharsets.UTF_8)
        + "&";
  }

  /** In the vendor's form: {@code 2026-10-17 11:24:44 +00:00}. */
  String datetime() {
    return "2026-10-"
        + twoDigits(1 + seconds / 86_400)
        + " "
        + twoDigits(seconds / 3600 % 24)
        + ":"
        + twoDigits(seconds / 60 % 60)
        + ":"
        + twoDigits(seconds % 60)
        + " +00:00";
  }

  private static String data(String posted) {
    return "{\"api\":\"serp\",\"function\":\"task_get\",\"se\":\"naver\",\"se_type\":\"organic\""
        + posted
        + "}";
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
