package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Finding;
import io.serproutes.IllegalSettingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CheckupTest {

  private final Checkup checkup = new Checkup(Set.of("serp.x=1 is wrong"));

  private List<String> run() throws InterruptedException {
    List<String> found = new ArrayList<>();
    checkup.run(
        (check, finding) -> found.add(check + " " + finding.result() + " " + finding.text()));
    return found;
  }

  @Test
  void aCheckThatHangsIsGivenUpAndStopsNoOther() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (String name : List.of("one", "two")) {
      checkup.add(
          name,
          1,
          found -> {
            found.accept(Finding.ok("began"));
            while (true) {
              try {
                never.await();
              } catch (InterruptedException e) {
                // as some libraries do
              }
            }
          });
    }
    checkup.add("last", 10, found -> found.accept(Finding.ok("done")));
    long start = System.nanoTime();
    String given = "FAIL not done within 1 s; given up: check what it waits for";
    assertThat(run())
        .containsExactly(
            "one ok began", "one " + given, "two ok began", "two " + given, "last ok done");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void whatACheckThrowsIsAFindingALine() throws Exception {
    checkup.add(
        "several",
        10,
        found -> {
          throw new IllegalSettingException("one\ntwo\nserp.x=1 is wrong");
        });
    checkup.add(
        "wrapped",
        10,
        found -> {
          throw new IllegalStateException(new java.io.IOException("no\nline \u001b[31m"));
        });
    checkup.add(
        "error",
        10,
        found -> {
          throw new StackOverflowError();
        });
    checkup.add("nothing", 10, found -> {});
    assertThat(run())
        .containsExactly(
            "several FAIL one",
            "several FAIL two",
            "several warn not checked: serp.x=1 is wrong",
            "wrapped FAIL no line  [31m",
            "error FAIL java.lang.StackOverflowError");
  }
}
