package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;

/**
 * What somebody once posted to get a task, made up from its id.
 *
 * @param tag the poster's own mark; null where there was none
 * @param received when its result was received, in UTC
 */
record PostedTask(String keyword, String tag, LocalDateTime received) {

  private static final DateTimeFormatter VENDORS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss '+00:00'");

  private static final LocalDateTime OCTOBER = LocalDateTime.of(2026, 10, 1, 0, 0);

  private static final String[] KEYWORDS = {
    "iphone", "서울 맛집", "제주도 렌트카", "노트북 추천",
    "부산 호텔", "겨울 코트", "캠핑 의자", "kafka 강의",
    "강아지 사료", "무선 이어폰", "전기차 보조금", "홍삼 \"정관장\"",
    "아파트 청약", "여권 갱신", "커피 머신", "운동화"
  };

  static PostedTask of(SandboxId id) {
    SplittableRandom random = new SplittableRandom(id.seed());
    return new PostedTask(
        KEYWORDS[random.nextInt(KEYWORDS.length)],
        random.nextInt(4) == 0 ? null : "sandbox-" + random.nextInt(100_000),
        OCTOBER.plusSeconds(random.nextInt(31 * 86_400)));
  }

  /** The {@code data} the API echoes. */
  ObjectNode data() {
    return TaskEnvelope.data("task_get")
        .put("keyword", keyword)
        .put("priority", 1)
        .put("tag", tag)
        .put("pingback_url", "https://your-server.com/pingscript?id=$id&tag=$tag")
        .put("device", "desktop")
        .put("os", "windows");
  }

  String checkUrl() {
    return "https://search.naver.com/search.naver?display=15&start=1&page=1&where=nexearch"
        + "&sm=tab_hty.top&query="
        + URLEncoder.encode(keyword, StandardCharsets.UTF_8)
        + "&";
  }

  /** In the vendor's form: {@code 2026-10-17 11:24:44 +00:00}. */
  String datetime() {
    return received.format(VENDORS);
  }
}
