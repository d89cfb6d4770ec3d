package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Makes up the items of a result with the size, fields and oddities of the vendor's sample: Korean
 * text, gaps in {@code rank_absolute}, paid URLs of over a thousand characters.
 *
 * @param least the fewest items of a result
 * @param most the most items of a result
 */
record InventedItems(int least, int most) {

  private static final int PER_PAGE = 15;

  private static final String[] SITES = {
    "blog.naver.com", "cafe.naver.com", "www.apple.com", "namu.wiki",
    "www.coupang.com", "www.tistory.com", "news.joins.com", "www.hani.co.kr"
  };

  private static final String[] SECTIONS = {
    "", "/kr", " › 리뷰", " › 뉴스 › 경제", "/search", " › 카테고리 › 생활"
  };

  private static final String[] ADVERTISERS = {
    "direct.lghellovision.net", "www.11st.co.kr", "smartstore.naver.com", "www.gmarket.co.kr"
  };

  private static final String[] TITLES = {
    " 추천 순위 TOP 10", " 솔직한 사용 후기 – 장점과 단점", ": 가격 비교, 최저가", " | 공식 스토어",
    " 알아보기 (2026년 최신)", " 직접 다녀왔어요!", " \"이것\"만은 꼭 확인하세요", " 질문 & 답변 🙂"
  };

  private static final String[] DESCRIPTIONS = {
    "세상에서 가장 강력한 개인용 기기를 만나볼까요? 지금 살펴보세요.",
    "0원부터 만나는 시리즈, 중고폰+알뜰요금제 조합으로 통신비 절약",
    "직접 구매해서 한 달 동안 써 본 후기입니다. 사진과 함께 자세히 정리했으니 참고하세요…",
    "전국 매장 위치와 영업시간, 주차 정보, 예약 방법까지 한눈에 볼 수 있습니다.",
    "무료 배송, 오늘 출발! 첫 구매 고객에게 10% 할인 쿠폰을 드립니다. <한정 수량>",
    "자주 묻는 질문을 모았습니다. 설치 경로는 C:\\Users\\이름 입니다.",
    "기자의 눈: 올해 시장 규모는 3조 원을 넘어설 전망이라고 업계는 보고 있다.",
    "회원 여러분의 추천을 바탕으로 고른 목록입니다.\n매달 업데이트됩니다."
  };

  /** Long opaque parts of advertisement URLs, with raw {@code +}, {@code /} and {@code =}. */
  private static final String[] TRACKERS = trackers();

  /**
   * @param text {@code 20-110}, or one number
   * @throws IllegalArgumentException where it is neither
   */
  static InventedItems of(String text) {
    String[] ends = text.strip().split("-", 2);
    try {
      int least = Integer.parseInt(ends[0].strip());
      int most = ends.length == 1 ? least : Integer.parseInt(ends[1].strip());
      if (least >= 0 && most >= least) {
        return new InventedItems(least, most);
      }
    } catch (NumberFormatException notNumbers) {
      // the exception below says so
    }
    throw new IllegalArgumentException("Not a number of items such as 20-110 or 100: " + text);
  }

  /** How many items a result has. */
  int count(SplittableRandom random) {
    return random.nextInt(least, most + 1);
  }

  /** How many pages of the search so many items come from. */
  static int pages(int count) {
    return 1 + Math.max(0, count - 1) / PER_PAGE;
  }

  /** {@code count} items; the second and about one in five is paid. */
  ArrayNode list(String keyword, int count, SplittableRandom random) {
    ArrayNode items = JSON.arrayNode(count);
    int paid = 0;
    int rank = 0;
    for (int index = 0; index < count; index++) {
      rank += random.nextInt(6) == 0 ? 2 : 1;
      boolean isPaid = index == 1 || random.nextInt(5) == 0;
      paid += isPaid ? 1 : 0;
      ObjectNode item =
          items
              .addObject()
              .put("type", isPaid ? "paid" : "organic")
              .put("rank_group", isPaid ? paid : index + 1 - paid)
              .put("rank_absolute", rank)
              .put("page", 1 + index / PER_PAGE);
      if (isPaid) {
        paid(item, keyword, random);
      } else {
        organic(item, keyword, random);
      }
    }
    return items;
  }

  private static void organic(ObjectNode item, String keyword, SplittableRandom random) {
    String site = any(SITES, random);
    text(item.put("domain", site), keyword, random)
        .put("url", "https://" + site + "/" + hex(random))
        .put("breadcrumb", site + any(SECTIONS, random));
  }

  private static void paid(ObjectNode item, String keyword, SplittableRandom random) {
    String url = "https://adcr.naver.com/adcr?x=";
    text(item.put("domain", "adcr.naver.com"), keyword, random)
        .put("url", url + hex(random) + any(TRACKERS, random) + "==&p=0")
        .put("breadcrumb", any(ADVERTISERS, random));
  }

  private static ObjectNode text(ObjectNode item, String keyword, SplittableRandom random) {
    return item.put("title", keyword + any(TITLES, random))
        .put("description", any(DESCRIPTIONS, random));
  }

  private static String hex(SplittableRandom random) {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  private static String any(String[] texts, SplittableRandom random) {
    return texts[random.nextInt(texts.length)];
  }

  private static String[] trackers() {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> tracker(random)).limit(16).toArray(String[]::new);
  }

  private static String tracker(SplittableRandom random) {
    String base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/+/";
    StringBuilder tracker = new StringBuilder("////w==");
    int length = 950 + random.nextInt(200);
    while (tracker.length() < length) {
      tracker.append(base64.charAt(random.nextInt(base64.length())));
    }
    return tracker.toString();
  }
}
