package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program shows on a terminal, a real one, and what it does not elsewhere. */
class TerminalIT {

  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";
  private static final int IDS = 60;

  @TempDir Path temp;

  @BeforeEach
  void needsScript() throws Exception {
    assumeTrue(isOfUtilLinux(), "skipped: no script of util-linux, which makes a terminal");
  }

  private static boolean isOfUtilLinux() throws InterruptedException {
    try {
      Process script = new ProcessBuilder("script", "--version").start();
      String says = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return script.waitFor() == 0 && says.contains("util-linux");
    } catch (IOException e) {
      return false;
    }
  }

  private String output(String term, StandIn api) {
    String ids =
        IntStream.range(0, IDS)
            .mapToObj(n -> "03171324-1535-0066-0000-%012x%n".formatted(n))
            .collect(Collectors.joining());
    ProgramUnderTest.Start start =
        ProgramUnderTest.in(temp.resolve(term))
            .file("ids.txt", ids + UNKNOWN + "\n")
            .api(api)
            .key("serp.api.max-concurrent", "2")
            .argument("fetch")
            .argument("ids.txt")
            .inTerminal(term);
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      return program.output();
    }
  }

  @Test
  void aLineIsRedrawnBelowTheLogLines() {
    try (StandIn api = StandIn.start(Map.of("serp.sandbox.latency", "150ms"))) {
      Screen screen = new Screen(output("xterm", api));
      assertThat(screen.drawn).hasSizeGreaterThan(2);
      assertThat(screen.drawn).allMatch(line -> line.length() <= 79);
      assertThat(screen.drawn)
          .anyMatch(
              line ->
                  line.matches(
                      "\\[#+\\.+\\] +\\d+ %  \\d+ ids done, \\d+ left, [0-9.]+ ids/s, \\d+ s to go.*"));
      assertThat(screen.lines()).noneMatch(line -> line.contains("[#"));
      assertThat(screen.lines()).noneMatch(line -> line.contains("in work"));
      assertThat(screen.lines()).allMatch(line -> line.matches("\\d\\d:\\d\\d:\\d\\d [A-Z]+ .*"));
      assertThat(screen.lines())
          .anyMatch(line -> line.contains("dead letter not-found: " + UNKNOWN))
          .anyMatch(line -> line.contains(" 61 ids done, 180 items, 1 dead letter, 0 parked"));
    }
  }

  @Test
  void aDumbTerminalGetsPlainLines() {
    try (StandIn api = StandIn.start(Map.of("serp.sandbox.latency", "200ms"))) {
      String output = output("dumb", api);
      assertThat(output).doesNotContain("\u001b").contains(" in work, ");
    }
  }

  /** As much of a terminal as the program uses. */
  private static final class Screen {

    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private final List<String> drawn = new ArrayList<>();
    private int column;

    Screen(String output) {
      for (int at = 0; at < output.length(); at++) {
        char c = output.charAt(at);
        if (c == '\u001b') {
          at = control(output, at);
        } else if (c == '\r') {
          column = 0;
        } else if (c == '\n') {
          rows.add(new StringBuilder());
          column = 0;
        } else {
          row().setLength(Math.max(column, row().length()));
          row().replace(column, ++column, Character.toString(c));
        }
      }
    }

    private StringBuilder row() {
      return rows.get(rows.size() - 1);
    }

    private int control(String output, int at) {
      for (String control : List.of("\u001b[K", "\u001b[?7l", "\u001b[?7h")) {
        if (output.startsWith(control, at)) {
          if (control.endsWith("K")) {
            row().setLength(column);
          } else if (control.endsWith("h")) {
            drawn.add(row().toString());
          }
          return at + control.length() - 1;
        }
      }
      throw new AssertionError("an unknown control sequence at " + at + " of " + output);
    }

    List<String> lines() {
      return rows.stream().map(StringBuilder::toString).filter(line -> !line.isEmpty()).toList();
    }
  }
}
