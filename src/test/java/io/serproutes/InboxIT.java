package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What may lie in the inbox of a program that works it off and ends. */
@Execution(ExecutionMode.CONCURRENT)
class InboxIT {

  @TempDir Path temp;

  @BeforeEach
  void makeInbox() throws IOException {
    Files.createDirectories(inbox());
  }

  private Path folder() {
    return temp.resolve("work");
  }

  private Path inbox() {
    return folder().resolve("inbox");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  private Start once() {
    return ProgramUnderTest.in(folder()).embeddedSandbox().key("serp.once", "true");
  }

  /** Runs a script of the shell in the inbox: names are bytes there. */
  private void shell(String script) throws IOException, InterruptedException {
    Process bash =
        new ProcessBuilder("bash", "-c", script)
            .directory(inbox().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(bash.getInputStream().readAllBytes());
    assertThat(bash.waitFor()).as(output).isZero();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(inbox())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void whatCannotBeTakenIsNamedOnceAndHoldsUpNothing() throws Exception {
    Files.writeString(temp.resolve("secret.txt"), "password=hunter2");
    shell(
        """
        for i in $(seq 40); do mkfifo "pipe-$i.txt"; done
        ln -s ../../secret.txt link.txt
        echo %s > $'gr\\xfc\\xdfe.txt'
        echo %s > 'a\\b.txt'
        echo %s > null
        echo %s > 'grüße 순위.txt'"""
            .formatted(Ids.good(1), Ids.good(2), Ids.good(3), Ids.good(4)));
    try (ProgramUnderTest program = once().key("serp.folder.settle", "1s").start()) {
      assertThat(program.exitCode()).as(program.output()).isIn(0, 2); // null is rejected
      assertThat(out().names("receipts"))
          .containsExactly(Ids.good(2) + ".json", Ids.good(4) + ".json");
      assertThat(left())
          .hasSize(42)
          .contains("link.txt", "pipe-1.txt")
          .doesNotContain("a\\b.txt", "null", "grüße 순위.txt");
      assertThat(program.output()).doesNotContain("hunter2");
      for (String why : List.of("pipe-7.txt is left alone: it is a pipe", "link.txt is left")) {
        assertThat(count(program.output(), why)).as(why).isOne();
      }
      assertThat(count(program.output(), "its name cannot be read here")).isOne();
      assertThat(out().names("dead-letters")).isEmpty();
    }
  }

  /** LANG is unset in many units of systemd, cron jobs and containers. */
  @Test
  void aNameThatTheLocaleCannotReadHoldsUpNothing() throws Exception {
    shell("echo %s > 'grüße.txt'; echo %s > plain.txt".formatted(Ids.good(1), Ids.good(2)));
    shell(
        "mkdir .serp; echo x > '.serp/20260101T000000000Z-grüße.txt.moved'"); // of a UTF-8 process
    try (ProgramUnderTest program = once().environment("LC_ALL", "C").start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out().names("receipts")).containsExactly(Ids.good(2) + ".json");
      assertThat(program.output()).containsOnlyOnce("LANG=C.UTF-8");
      assertThat(left()).containsExactly("grüße.txt");
    }
  }

  @Test
  void aFileThatMustNotBeMovedHoldsUpNothing() throws Exception {
    Path file = Files.writeString(inbox().resolve("ids.txt"), Ids.good(1));
    assumeTrue(runs("chattr", "+i", file.toString()), "files cannot be made unchangeable here");
    try (ProgramUnderTest program = once().start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).containsOnlyOnce("ids.txt cannot be moved");
      assertThat(out().hasReceipt(Ids.good(1))).isTrue();
      assertThat(file).exists();
      assertThat(new OutFolder(inbox()).names(".done")).isEmpty();
    } finally {
      runs("chattr", "-i", file.toString());
    }
    try (ProgramUnderTest program = once().start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(new OutFolder(inbox()).names(".done")).hasSize(1);
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aProgressFolderThatIsALinkStopsTheStart() throws Exception {
    shell("mkdir ../../elsewhere; ln -s ../../elsewhere .serp");
    try (ProgramUnderTest program = once().start()) {
      assertThat(program.exitCode()).isEqualTo(1);
      assertThat(program.output()).contains(".serp", "link", "remove it");
      assertThat(program.output().lines().filter(line -> line.contains(".serp"))).hasSize(1);
    }
  }

  /** An array of half a million elements is no tree in memory, nor are twelve of them. */
  @Test
  void longLinesDoNotFillTheMemory() throws Exception {
    String junk = "[" + "[],".repeat(350_000) + "[]]";
    for (int i = 0; i < 12; i++) {
      String line = "[\"" + Ids.good(2 * i) + "\"," + junk + ",\"" + Ids.good(2 * i + 1) + "\"]\n";
      Files.writeString(inbox().resolve("ids-" + i + ".ndjson"), line);
      Files.writeString(
          inbox().resolve("ids-" + i + ".csv"),
          "id" + ",x".repeat(500_000) + "\n" + Ids.good(100 + i) + ",".repeat(500_000) + "\n");
    }
    try (ProgramUnderTest program = once().jvm("-Xmx96m").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(program.output()).doesNotContain("OutOfMemory");
      assertThat(out().names("receipts")).hasSize(36);
      assertThat(out().names("dead-letters")).hasSize(12);
      assertThat(left()).isEmpty();
    }
  }

  @Test
  void longTablesDoNotFillTheMemory() throws IOException {
    workOffTables(110_000_000, 400);
  }

  @Test
  @Tag("large")
  void veryLongTablesDoNotFillTheMemory() throws IOException {
    workOffTables(2_200_000_000L, 1_000_000);
  }

  /** Each is larger than the heap. */
  private void workOffTables(long size, int rows) throws IOException {
    table("row.csv.gz", "", "keyword;", size);
    table("first.csv.gz", Ids.good(1), ",cell", size);
    table("quote.csv.gz", "id\n" + Ids.good(2) + "\n\"", "one cell\n", size);
    table("quotes.tsv.gz", Ids.good(3) + "\t", "\"", size);
    String before = "keyword;id\n" + ("x;" + Ids.good(4) + "\n").repeat(30);
    table("change.csv.gz", before, "x," + Ids.good(5) + "\n", 39L * rows);
    String serial = "1;x\n".repeat(999) + Ids.good(6) + ";x\n";
    table("seldom.csv.gz", "id;keyword\n", serial, 4L * rows);
    try (ProgramUnderTest program = once().jvm("-Xmx96m").start()) {
      await("all files have moved")
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> !program.isRunning() || left().isEmpty());
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      String output = program.output();
      assertThat(output)
          .doesNotContain("OutOfMemory")
          .contains("row.csv.gz is rejected: no ids found; columns: keyword, keyword, ")
          .contains("first.csv.gz: 1 delivered; moved to .done/")
          .contains("quote.csv.gz is rejected: the table is broken: ")
          .contains("quotes.tsv.gz is rejected: the table is broken: ");
      if (rows > 10_000) {
        assertThat(output)
            .contains("change.csv.gz is rejected: not a file of ids: ")
            .contains("seldom.csv.gz is rejected: not a file of ids: ");
      } else {
        String changed =
            "change.csv.gz: 1 delivered, %d dead letters (%1$d invalid-id), 29 repeated";
        assertThat(output).contains(changed.formatted(rows)).contains("seldom.csv.gz: ");
      }
      assertThat(count(output, "WARN")).isLessThan(20);
    }
  }

  private void table(String name, String start, String piece, long size) throws IOException {
    byte[] pieces = piece.repeat(1 + 64 * 1024 / piece.length()).getBytes(UTF_8);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(inbox().resolve(name)))) {
      out.write(start.getBytes(UTF_8));
      long left = size - size % piece.length();
      for (; left > 0; left -= pieces.length) {
        out.write(pieces, 0, (int) Math.min(left, pieces.length));
      }
    }
  }

  @Test
  void manyFilesAreFinished() throws IOException {
    workOff(2_000);
  }

  @Test
  @Tag("large")
  void veryManyFilesDoNotFillTheMemory() throws IOException {
    workOff(50_000);
  }

  private void workOff(int files) throws IOException {
    for (int i = 0; i < files; i++) {
      Files.writeString(inbox().resolve("ids-" + i + ".txt"), Ids.good(i) + "\n");
    }
    try (ProgramUnderTest program =
        once()
            .jvm("-Xmx96m")
            .key("serp.sandbox.items", "1")
            .key("serp.api.calls-per-minute", "60000")
            .start()) {
      await("all files have moved")
          .atMost(Duration.ofMinutes(20))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> !program.isRunning() || new OutFolder(inbox()).names("").isEmpty());
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out().names("receipts")).hasSize(files);
      assertThat(new OutFolder(inbox()).names(".done")).hasSize(files);
      assertThat(new OutFolder(inbox()).names(".serp")).containsExactly("claims");
    }
  }
}
