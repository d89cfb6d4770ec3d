package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.IdReader.Entry;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLineIdsTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";

  @Test
  void everyLineIsAValueOfItsOwn() throws IOException {
    String lines =
        """
        "%1$s"

        {"id":"%2$s","more":1}
        [{"id":"%1$s"},"%2$s",7]
        []
        {broken
        %1$s
        {"no":"id"}"""
            .formatted(A, B);
    List<Entry> entries = new ArrayList<>();
    try (JsonLineIds ids = new JsonLineIds(new StringReader(lines))) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
    }
    assertThat(entries)
        .containsExactly(
            new Entry(A, 1),
            new Entry(B, 3),
            new Entry(A, 4),
            new Entry(B, 4),
            new Entry("7", 4),
            new Entry("{broken", 6),
            new Entry(A, 7),
            new Entry("{\"no\":\"id\"}", 8));
  }
}
