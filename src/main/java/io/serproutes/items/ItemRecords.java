package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The items of a lot one by one, cut out of the answer when they are asked for. */
final class ItemRecords implements Iterator<ItemRecord> {

  private final ItemLot lot;
  private final Answer answer;
  private final ItemIndex index;
  private final List<Result> results;
  private final List<TaskMember> members;

  private int result = -1;
  private int before;
  private int inResult;
  private JsonParser parser;
  private ItemReader reader;
  private ItemRecord next;

  ItemRecords(
      ItemLot lot, Answer answer, ItemIndex index, List<Result> results, List<TaskMember> members) {
    this.lot = lot;
    this.answer = answer;
    this.index = index;
    this.results = results;
    this.members = members;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && (result >= 0 && inResult < here().itemCount() || nextResult())) {
        if (inResult < here().itemCount()) {
          advance();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return next != null;
  }

  private Result here() {
    return results.get(result);
  }

  private boolean nextResult() throws IOException {
    if (parser != null) {
      parser.close();
      parser = null;
    }
    if (result + 1 == results.size()) {
      return false;
    }
    before += result < 0 ? 0 : here().itemCount();
    result++;
    inResult = 0;
    Part items = here().items();
    if (answer.isSpooled() && items != null) {
      parser = answer.parse(items.from(), items.length());
      parser.nextToken();
      reader = new ItemReader(parser, items.from());
    }
    return true;
  }

  private void advance() throws IOException {
    Item item = parser == null ? index.get(here().firstItem() + inResult) : reader.next();
    int position = before + inResult;
    inResult++;
    if (item.type() == lot.getType()) {
      TaskMember member = members.get(result);
      next = new ItemRecord(position, typeText(item), rank(item), answer, item, member);
    }
  }

  private String rank(Item item) throws IOException {
    boolean has = item.rankLength() > 0;
    return has ? new String(answer.copy(item.rankFrom(), item.rankLength()), UTF_8) : null;
  }

  private String typeText(Item item) throws IOException {
    if (item.type() != ItemType.OTHER) {
      return item.type().toString();
    }
    String type = "";
    try (JsonParser p = answer.parse(item.from(), item.length())) {
      if (p.nextToken() == JsonToken.START_OBJECT) {
        while (p.nextToken() != JsonToken.END_OBJECT) {
          boolean isType = p.currentName().equals("type");
          p.nextToken();
          if (isType && p.currentToken() == JsonToken.VALUE_STRING) {
            type = p.getText();
          }
          p.skipChildren();
        }
      }
    }
    return type;
  }

  @Override
  public ItemRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ItemRecord record = next;
    next = null;
    return record;
  }
}
