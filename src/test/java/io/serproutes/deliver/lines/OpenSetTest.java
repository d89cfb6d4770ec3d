package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.PowerCut;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenSetTest {

  private static final String NAME = "20261124T065605123Z-0a1b2c.jsonl";

  @TempDir private Path temp;

  private TaskLines lines(int number) {
    Task task = TestTasks.fresh(TestTasks.id(number));
    TestTasks.answer(task, 200, TestTasks.body(TestTasks.id(number), 40102, "{}", "null"));
    TaskLines lines = TaskLines.of(task, temp);
    lines.receipt(("{\"task_id\":\"" + TestTasks.id(number) + "\"}").getBytes(UTF_8));
    lines.letter("{}".getBytes(UTF_8));
    return lines;
  }

  /** The ids of a commit are acknowledged after it, and those of a set when it has its name. */
  @Test
  void whatIsCommittedOrShownSurvivesAPowerCut() throws IOException {
    PowerCut disk = new PowerCut(temp);
    Path dir = disk.root().resolve("out");
    List<String> steps = new ArrayList<>();
    OpenSet set =
        new OpenSet(
            dir,
            NAME,
            ByteBuffer.allocate(16), // each line takes several writes
            step -> {
              steps.add(step);
              if (step.equals("commit")) {
                assertThat(disk.atRisk()).as("the ledger tells of nothing else").isEmpty();
              }
            });
    set.commit(List.of(lines(1), lines(2)));
    assertThat(disk.atRisk()).isEmpty();
    set.commit(List.of(lines(3)));
    assertThat(disk.atRisk()).isEmpty();
    assertThat(steps).endsWith("commit", "acknowledge");
    set.close();
    assertThat(disk.atRisk()).as("a ledger may stay").isSubsetOf("out/.lines/");
    assertThat(temp.resolve("out/receipts").resolve(NAME)).content().hasLineCount(3);
    assertThat(temp.resolve("out/dead-letters").resolve(NAME)).content().hasLineCount(3);
    assertThat(StoredSet.openNames(temp.resolve("out"))).isEmpty();
  }
}
