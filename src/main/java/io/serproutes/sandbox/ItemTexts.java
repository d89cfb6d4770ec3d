package io.serproutes.sandbox;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What the items say. */
final class ItemTexts {
  static final List<String> SITES =
      List.of(
          "blog.naver.com",
          "cafe.naver.com",
          "www.apple.com",
          "namu.wiki",
          "www.coupang.com",
          "www.tistory.com",
          "news.joins.com",
          "www.hani.co.kr");

  static final List<String> SECTIONS =
      List.of("", "/kr", " › 리뷰", " › 뉴스 › 경제", "/search", " › 카테고리 › 생활");

  static final List<String> ADVERTISERS =
      List.of(
          "direct.lghellovision.net",
          "www.11st.co.kr",
          "smartstore.naver.com",
          "www.gmarket.co.kr");

  static final List<String> TITLES =
      List.of(
          " 추천 순위 TOP 10",
          " 솔직한 사용 후기 – 장점과 단점",
          ": 가격 비교, 최저가",
          " | 공식 스토어",
          " 알아보기 (2026년 최신)",
          " 직접 다녀왔어요!",
          " \"이것\"만은 꼭 확인하세요",
          " 질문 & 답변 🙂");

  static final List<String> DESCRIPTIONS =
      List.of(
          "세상에서 가장 강력한 개인용 기기를 만나볼까요? 지금 살펴보세요.",
          "0원부터 만나는 시리즈, 중고폰+알뜰요금제 조합으로 통신비 절약",
          "직접 구매해서 한 달 동안 써 본 후기입니다. 사진과 함께 자세히 정리했으니 참고하세요…",
          "전국 매장 위치와 영업시간, 주차 정보, 예약 방법까지 한눈에 볼 수 있습니다.",
          "무료 배송, 오늘 출발! 첫 구매 고객에게 10% 할인 쿠폰을 드립니다. <한정 수량>",
          "자주 묻는 질문을 모았습니다. 설치 경로는 C:\\Users\\이름 입니다.",
          "기자의 눈: 올해 시장 규모는 3조 원을 넘어설 전망이라고 업계는 보고 있다.",
          "회원 여러분의 추천을 바탕으로 고른 목록입니다.\n매달 업데이트됩니다.");

  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/+/";

  private ItemTexts() {}

  /** Long opaque parts of advertisement URLs, with raw {@code +}, {@code /} and {@code =}. */
  static List<String> trackers() {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> tracker(random)).limit(16).toList();
  }

  private static String tracker(SplittableRandom random) {
    StringBuilder tracker = new StringBuilder("////w==");
    int length = 950 + random.nextInt(200);
    while (tracker.length() < length) {
      tracker.append(BASE64.charAt(random.nextInt(BASE64.length())));
    }
    return tracker.toString();
  }
}
