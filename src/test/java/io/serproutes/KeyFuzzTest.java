package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whatever is given as a key, it has a value or is refused in a line for a person, which quotes no
 * secret. An input is {@code key=value}, as after {@code --set}.
 */
class KeyFuzzTest {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  @FuzzTest(maxDuration = "1m")
  void aTextIsReadOrRefusedInALine(byte[] input) throws UnknownHostException {
    String given = new String(input, UTF_8);
    int equals = given.indexOf('=');
    String name = given.substring(0, Math.max(0, equals));
    String text = given.substring(equals + 1);
    Key<?> named = Keys.named(name);
    List<Key<?>> all = Keys.all();
    Key<?> key = named == null ? all.get(Math.floorMod(name.hashCode(), all.size())) : named;
    Object value = read(key, text);
    assertThat(key.accepts(text)).isEqualTo(value != null);
    if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof AddressRange) {
      checkRanges(list, text);
    }
  }

  private static Object read(Key<?> key, String text) {
    try {
      return key.read(text);
    } catch (IllegalSettingException e) {
      assertThat(e.getMessage()).startsWith(key.name());
      assertThat(CONTROL.matcher(e.getMessage()).find()).as(e.getMessage()).isFalse();
      boolean isLong = text.strip().length() > 30; // a short one may be part of a word
      assertThat(key.isSecret() && isLong && e.getMessage().contains(text.strip())).isFalse();
      return null;
    }
  }

  // an address is in its own range, and one bit away it is not where all bits count
  private static void checkRanges(List<?> ranges, String text) throws UnknownHostException {
    String[] parts = text.split(",");
    String first = "";
    for (String part : parts) {
      first = first.isEmpty() ? part.strip() : first;
    }
    AddressRange range = (AddressRange) ranges.get(0);
    String address = first.replaceFirst("/.*", "");
    byte[] bytes = InetAddress.getByName(address).getAddress();
    assertThat(range.contains(InetAddress.getByAddress(bytes))).isTrue();
    bytes[bytes.length - 1] ^= 1;
    boolean isWhole = !first.contains("/");
    assertThat(range.contains(InetAddress.getByAddress(bytes)) && isWhole).isFalse();
  }
}
