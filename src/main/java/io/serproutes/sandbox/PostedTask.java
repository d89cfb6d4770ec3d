package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A task as it was posted to the sandbox, or as made up for an id that was not.
 *
 * @param id the task's id
 * @param json what was posted, a JSON object with at least {@code keyword}; as text, because many
 *     tasks are kept
 * @param postedAt when it was posted, in ms since 1970
 * @param doneAt when its result is ready, in ms since 1970
 */
record PostedTask(String id, byte[] json, long postedAt, long doneAt) {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long OCTOBER = Instant.parse("2026-10-01T00:00:00Z").toEpochMilli();

  private static final String[] KEYWORDS = {
    "iphone", "서울 맛집", "제주도 렌트카", "노트북 추천",
    "부산 호텔", "겨울 코트", "캠핑 의자", "kafka 강의",
    "강아지 사료", "무선 이어폰", "전기차 보조금", "홍삼 \"정관장\"",
    "아파트 청약", "여권 갱신", "커피 머신", "운동화"
  };

  /** The task made up for {@code id}: always the same, and done in October 2026. */
  static PostedTask madeUp(SandboxId id) {
    SplittableRandom random = new SplittableRandom(id.seed());
    ObjectNode posted =
        TaskEnvelope.JSON
            .objectNode()
            .put("keyword", KEYWORDS[random.nextInt(KEYWORDS.length)])
            .put("priority", 1)
            .put("tag", random.nextInt(4) == 0 ? null : "sandbox-" + random.nextInt(100_000))
            .put("pingback_url", "https://your-server.com/pingscript?id=$id&tag=$tag")
            .put("device", "desktop")
            .put("os", "windows");
    long done = OCTOBER + 1000L * random.nextInt(31 * 86_400);
    return of(id.text(), posted, done, done);
  }

  /** The task with this id that {@code posted} asks for. */
  static PostedTask of(String id, ObjectNode posted, long postedAt, long doneAt) {
    byte[] json = posted.toString().getBytes(StandardCharsets.UTF_8);
    return new PostedTask(id, json, postedAt, doneAt);
  }

  /**
   * The status code of the task at {@code now}, in ms since 1970: 40601, then 40602, then 20000.
   */
  int status(long now) {
    if (now >= doneAt) {
      return 20000;
    }
    return now - postedAt < (doneAt - postedAt) / 10 ? 40601 : 40602;
  }

  ObjectNode posted() {
    try {
      return (ObjectNode) MAPPER.readTree(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The {@code data} that the API echoes: what was posted, after the function that echoes it. */
  ObjectNode data(String function) {
    return TaskEnvelope.data(function).setAll(posted());
  }

  /** The keyword as a result repeats it: with {@code %##} and {@code +} decoded. */
  static String keyword(ObjectNode data) {
    String keyword = data.path("keyword").textValue();
    try {
      return URLDecoder.decode(keyword, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return keyword;
    }
  }

  /** The page of the search engine that a keyword was searched on. */
  static String checkUrl(String keyword) {
    return "https://search.naver.com/search.naver?display=15&start=1&page=1&where=nexearch"
        + "&sm=tab_hty.top&query="
        + URLEncoder.encode(keyword, StandardCharsets.UTF_8)
        + "&";
  }
}
