package io.serproutes;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The IP addresses that begin with the same bits, such as {@code 10.0.0.0/8}. Immutable. */
public final class AddressRange {

  // what is no literal would be looked up as a name
  private static final Pattern RANGE =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

  private final byte[] first;
  private final int bits;

  private AddressRange(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /**
   * Reads an address, or an address and the number of bits that count; null where it is neither.
   */
  static AddressRange parse(String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      return null;
    }
    try {
      byte[] first = InetAddress.getByName(range.group(1)).getAddress();
      int most = first.length * Byte.SIZE;
      int bits = range.group(2) == null ? most : Integer.parseInt(range.group(2));
      return bits <= most ? new AddressRange(first, bits) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Whether an address belongs to it; one of another family of addresses does not. */
  public boolean contains(InetAddress address) {
    byte[] other = address.getAddress();
    int rest = first.length * Byte.SIZE - bits;
    return other.length == first.length
        && new BigInteger(1, other).xor(new BigInteger(1, first)).shiftRight(rest).signum() == 0;
  }
}
