package io.serproutes.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.results.JsonMembers.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rows for a spreadsheet, by RFC 4180: texts are quoted, numbers are bare and as they were sent.
 *
 * <p>A spreadsheet runs a text as a formula where it begins with one of a few characters, in quotes
 * too, and these texts come from the web: such a text gets an apostrophe before it. Control
 * characters but tabs and line breaks, and halves of characters, become U+FFFD.
 */
final class CsvTable {

  /** What makes the file UTF-8 for a spreadsheet. */
  private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(UTF_8);

  private static final List<String> ITEM =
      List.of(
          "type",
          "rank_group",
          "rank_absolute",
          "page",
          "domain",
          "title",
          "description",
          "url",
          "breadcrumb");
  private static final List<String> TASK =
      List.of(
          "tag",
          "se_domain",
          "location_code",
          "language_code",
          "device",
          "os",
          "check_url",
          "datetime",
          "spell");
  private static final List<String> RECEIPT =
      List.of(
          "task_id",
          "outcome",
          "reason",
          "status_code",
          "http_status",
          "attempts",
          "organic",
          "paid",
          "other",
          "oversized",
          "items_count",
          "count_mismatch",
          "other_tasks",
          "keyword",
          "tag",
          "source",
          "fetched_at",
          "elapsed_ms",
          "sandbox",
          "shortened");

  // the wide forms count as the plain ones where the system's language is Korean or Japanese
  private static final Pattern FORMULA = Pattern.compile("(?s)[=+\\-@\t\r\n＝＋－＠].*");
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\t\r\n]]");
  private static final Value NONE = new Value(JsonToken.VALUE_NULL, "");

  private final LineKind type;
  private final String separator;

  CsvTable(LineKind type, char separator) {
    this.type = type;
    this.separator = String.valueOf(separator);
  }

  /** Writes the names of the columns. */
  void writeHeader(OutputStream out, boolean byteOrderMark) throws IOException {
    if (byteOrderMark) {
      out.write(BYTE_ORDER_MARK);
    }
    writeRow(out, columns());
  }

  private List<String> columns() {
    if (type == LineKind.RECEIPTS) {
      return RECEIPT;
    }
    List<String> columns = new ArrayList<>(List.of("task_id", "keyword"));
    columns.addAll(ITEM);
    columns.addAll(TASK);
    if (type == LineKind.OTHER) {
      columns.add("item"); // of these items no members are documented
    }
    return columns;
  }

  /**
   * Writes a receipt, or an item with its task.
   *
   * @throws IOException where it is no JSON object, or from the stream
   */
  void writeRow(OutputStream out, byte[] json) throws IOException {
    Map<String, Value> members = JsonMembers.of(json);
    List<String> cells = new ArrayList<>();
    if (type == LineKind.RECEIPTS) {
      add(cells, members, RECEIPT);
    } else {
      Map<String, Value> task = task(members);
      add(cells, task, List.of("id", "keyword"));
      add(cells, members, ITEM);
      add(cells, task, TASK);
      if (type == LineKind.OTHER) {
        cells.add(quoted(JsonMembers.onOneLine(json, 0, json.length)));
      }
    }
    writeRow(out, cells);
  }

  // whatever its name, it is the last member
  private static Map<String, Value> task(Map<String, Value> item) throws IOException {
    Value last = NONE;
    for (Value value : item.values()) {
      last = value;
    }
    return last.isNested() ? JsonMembers.of(last.text().getBytes(UTF_8)) : Map.of();
  }

  private static void add(List<String> cells, Map<String, Value> members, List<String> names) {
    for (String name : names) {
      cells.add(cell(members.getOrDefault(name, NONE)));
    }
  }

  private static String cell(Value value) {
    if (value.isText()) {
      boolean isFormula = FORMULA.matcher(value.text()).matches();
      return quoted(isFormula ? "'" + value.text() : value.text());
    }
    return value.isNested() ? quoted(value.text()) : value.text();
  }

  private static String quoted(String text) {
    String printable = NOT_PRINTABLE.matcher(text).replaceAll("\uFFFD");
    return '"' + printable.replace("\"", "\"\"") + '"';
  }

  private void writeRow(OutputStream out, List<String> cells) throws IOException {
    String row = cells.stream().collect(Collectors.joining(separator, "", "\r\n"));
    out.write(row.getBytes(UTF_8));
  }
}
