package io.serproutes.page;

import io.serproutes.Secrets;
import io.serproutes.Times;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.deliver.ParkedIds.Parked;
import io.serproutes.deliver.ParkedRecord;
import java.util.List;
import java.util.Set;

/** The parked ids that are asked for next. */
final class ParkedList {

  private static final int MOST = 100;
  private static final int LONGEST_TEXT = 300;

  private final Set<ParkedIds> places;
  private final Secrets secrets;

  /** A parked id as the page shows it; src/docs/page.md says what each member means. */
  record Row(
      String id,
      String dueAt,
      String firstAskedAt,
      Integer asks,
      Integer statusCode,
      String source) {}

  /** What the page shows. */
  record Page(int parked, List<Row> rows) {}

  ParkedList(Set<ParkedIds> places, Secrets secrets) {
    this.places = places;
    this.secrets = secrets;
  }

  /** How many there are, and the first hundred, in the order in which they are due. */
  Page page() {
    List<Row> rows = ParkedIds.first(places, MOST).stream().map(this::row).toList();
    return new Page(ParkedIds.count(places), rows);
  }

  private Row row(Parked parked) {
    ParkedRecord record = parked.record();
    String id = parked.id().value();
    String due = Times.record(parked.due());
    if (record == null) {
      return new Row(id, due, null, null, null, null);
    }
    String source = record.source() == null ? null : secrets.quote(record.source(), LONGEST_TEXT);
    String first = Times.record(record.history(parked.due()).firstAskedAt());
    return new Row(id, due, first, record.asks(), record.statusCode(), source);
  }
}
