package io.serproutes.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** A file of the drop folder: its name and the form of its entries. */
record GivenFile(String name, Form form, boolean isPacked) {

  /** How it comes into the folder. */
  enum Manner {
    RENAMED,
    /** Written there in pieces, with pauses that are shorter than {@code serp.folder.settle}. */
    IN_PIECES,
    /** Written in pieces under a name that ends in .part, then renamed. */
    PART
  }

  /** How its entries are written. */
  enum Form {
    TXT,
    CSV,
    TSV,
    JSON,
    JSONL,
    /** JSON that breaks off after its last entry. */
    BROKEN
  }

  static GivenFile draw(int number, Random random) {
    Form form = Form.values()[random.nextInt(random.nextInt(4) == 0 ? 6 : 5)];
    boolean packed = random.nextInt(4) == 0;
    String stem = random.nextInt(4) == 0 ? "과업 목록 " + number : "ids-" + number;
    String end = form == Form.BROKEN ? "json" : form.name().toLowerCase();
    return new GivenFile(stem + "." + end + (packed ? ".gz" : ""), form, packed);
  }

  boolean isBroken() {
    return form == Form.BROKEN;
  }

  /** Whether lines that are added at its end belong to it. */
  boolean canBeAppendedTo() {
    return !isPacked && (form == Form.TXT || form == Form.JSONL);
  }

  /** The same file under another name. */
  GivenFile renamed() {
    return new GivenFile("renamed " + name, form, isPacked);
  }

  /** Its bytes with these entries. */
  byte[] bytes(List<String> entries) {
    byte[] plain = text(entries).getBytes(UTF_8);
    if (!isPacked) {
      return plain;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private String text(List<String> entries) {
    return switch (form) {
      case TXT -> "# ids\n\n" + lines(entries, "%s\n");
      case CSV -> "name,task_id,place\n" + lines(entries, "\"a, b\",%s,7\n");
      case TSV -> "Task ID\tname\r\n" + lines(entries, "%s\tx\r\n");
      case JSON ->
          "[\n"
              + String.join(
                  ",\n", entries.stream().map("{\"x\":1,\"id\":\"%s\"}"::formatted).toList())
              + "]";
      case JSONL -> lines(entries, "\"%s\"\n");
      case BROKEN -> "[" + lines(entries, "\"%s\",") + "{oops";
    };
  }

  /** The lines with which these entries are added at its end. */
  byte[] more(List<String> entries) {
    return lines(entries, form == Form.JSONL ? "\"%s\"\n" : "%s\n").getBytes(UTF_8);
  }

  private static String lines(List<String> entries, String form) {
    return entries.stream().map(form::formatted).collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return name;
  }
}
