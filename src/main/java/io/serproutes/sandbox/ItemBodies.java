package io.serproutes.sandbox;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Items of a result: of the size, the fields and the oddities of the vendor's sample, Korean text,
 * gaps in {@code rank_absolute} and paid URLs of over a thousand characters among them.
 *
 * <p>Everything that repeats is encoded once, so that an item costs little more than copying it.
 */
final class ItemBodies {
  static final int PER_PAGE = 15;

  private static final byte[] ORGANIC = JsonBytes.utf8("{\"type\":\"organic\",\"rank_group\":");
  private static final byte[] PAID = JsonBytes.utf8("{\"type\":\"paid\",\"rank_group\":");
  private static final byte[] RANK = JsonBytes.utf8(",\"rank_absolute\":");
  private static final byte[] PAGE = JsonBytes.utf8(",\"page\":");
  private static final byte[] TITLE = JsonBytes.utf8("\",\"title\":\"");
  private static final byte[] DESCRIPTION = JsonBytes.utf8("\",\"description\":\"");
  private static final byte[] BREADCRUMB = JsonBytes.utf8("\",\"breadcrumb\":\"");
  private static final byte[] END = JsonBytes.utf8("\"}");

  private static final byte[] DOMAIN = JsonBytes.utf8(",\"domain\":\"");
  private static final byte[] URL = JsonBytes.utf8("\",\"url\":\"https://");
  private static final byte[] SLASH = JsonBytes.utf8("/");
  private static final byte[] AD_URL =
      JsonBytes.utf8("\",\"url\":\"https://adcr.naver.com/adcr?x=");
  private static final byte[] AD_URL_END = JsonBytes.utf8("==&p=0");
  private static final byte[] AD_DOMAIN = JsonBytes.utf8(",\"domain\":\"adcr.naver.com");

  private final List<byte[]> sites;
  private final List<byte[]> sections;
  private final List<byte[]> advertisers;
  private final List<byte[]> titles;
  private final List<byte[]> descriptions;
  private final List<byte[]> trackers;

  ItemBodies() {
    this.sites = encoded(ItemTexts.SITES);
    this.sections = encoded(ItemTexts.SECTIONS);
    this.advertisers = encoded(ItemTexts.ADVERTISERS);
    this.titles = encoded(ItemTexts.TITLES);
    this.descriptions = encoded(ItemTexts.DESCRIPTIONS);
    this.trackers = encoded(ItemTexts.trackers());
  }

  /** Appends so many items, separated by commas; the second and about one in five is paid. */
  void write(JsonBytes json, String keyword, int count, SplittableRandom random) {
    byte[] keywordJson = new JsonBytes(64).escaped(keyword).toByteArray();
    int paid = 0;
    int rank = 0;
    for (int index = 0; index < count; index++) {
      rank += random.nextInt(6) == 0 ? 2 : 1;
      boolean isPaid = index == 1 || random.nextInt(5) == 0;
      paid += isPaid ? 1 : 0;
      json.raw(index == 0 ? "" : ",").raw(isPaid ? PAID : ORGANIC);
      json.number(isPaid ? paid : index + 1 - paid).raw(RANK).number(rank);
      json.raw(PAGE).number(1 + index / PER_PAGE);
      if (isPaid) {
        paid(json, keywordJson, random);
      } else {
        organic(json, keywordJson, random);
      }
    }
  }

  private void organic(JsonBytes json, byte[] keyword, SplittableRandom random) {
    byte[] site = any(sites, random);
    json.raw(DOMAIN).raw(site);
    text(json, keyword, random);
    json.raw(URL).raw(site).raw(SLASH).hex(random.nextLong());
    json.raw(BREADCRUMB).raw(site).raw(any(sections, random)).raw(END);
  }

  private void paid(JsonBytes json, byte[] keyword, SplittableRandom random) {
    json.raw(AD_DOMAIN);
    text(json, keyword, random);
    json.raw(AD_URL).hex(random.nextLong()).raw(any(trackers, random)).raw(AD_URL_END);
    json.raw(BREADCRUMB).raw(any(advertisers, random)).raw(END);
  }

  private void text(JsonBytes json, byte[] keyword, SplittableRandom random) {
    json.raw(TITLE).raw(keyword).raw(any(titles, random));
    json.raw(DESCRIPTION).raw(any(descriptions, random));
  }

  private static byte[] any(List<byte[]> parts, SplittableRandom random) {
    return parts.get(random.nextInt(parts.size()));
  }

  private static List<byte[]> encoded(List<String> texts) {
    return texts.stream().map(text -> new JsonBytes(64).escaped(text).toByteArray()).toList();
  }
}
