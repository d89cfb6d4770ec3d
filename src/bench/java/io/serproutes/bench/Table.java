package io.serproutes.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The runs of all subjects, as medians with the least and the most. */
final class Table {

  private final List<Subject> subjects;
  private final int items;
  private final int small;
  private final int large;
  private final Map<Subject, Map<Integer, List<Figures>>> runs = new LinkedHashMap<>();

  Table(List<Subject> subjects, int items, int[] sizes) {
    this.subjects = subjects;
    this.items = items;
    small = sizes[0];
    large = sizes[sizes.length - 1];
  }

  void add(Subject subject, Figures figures) {
    runs.computeIfAbsent(subject, s -> new LinkedHashMap<>())
        .computeIfAbsent(figures.ids(), s -> new ArrayList<>())
        .add(figures);
    System.err.printf("%s %s%n", subject.name(), figures);
  }

  @Override
  public String toString() {
    String base = subjects.get(0).name();
    List<String> heads =
        List.of(
            "",
            "tasks/s",
            "items/s",
            "CPU ms a task, slope",
            "KiB allocated a task, slope",
            "peak MiB",
            "first item s",
            "last item s",
            "CPU s of the first " + small + " ids",
            "most calls in 60 s",
            "tasks/s: " + base + " to this",
            "CPU a task: " + base + " to this",
            "CPU of the first ids: " + base + " to this");
    StringBuilder text = new StringBuilder(row(heads));
    text.append("|---".repeat(heads.size())).append("|\n");
    subjects.forEach(subject -> text.append(row(cells(subject))));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private List<String> cells(Subject subject) {
    Subject base = subjects.get(0);
    return List.of(
        subject.name(),
        spread(of(subject, large, Figures::rate), "%.0f"),
        spread(of(subject, large, one -> one.rate() * items), "%.0f"),
        spread(slopes(subject, Figures::cpu, 1000), "%.2f"),
        spread(slopes(subject, Figures::allocated, 1024), "%.0f"),
        spread(of(subject, large, Figures::peak), "%.0f"),
        spread(of(subject, large, Figures::first), "%.1f"),
        spread(of(subject, large, Figures::last), "%.1f"),
        spread(of(subject, small, Figures::cpu), "%.1f"),
        spread(of(subject, large, Figures::minute), "%.0f"),
        spread(ratios(of(base, large, Figures::rate), of(subject, large, Figures::rate)), "%.2f"),
        spread(
            ratios(slopes(base, Figures::cpu, 1000), slopes(subject, Figures::cpu, 1000)), "%.2f"),
        spread(ratios(of(base, small, Figures::cpu), of(subject, small, Figures::cpu)), "%.2f"));
  }

  private double[] of(Subject subject, int size, ToDoubleFunction<Figures> what) {
    return runs.get(subject).get(size).stream().mapToDouble(what).toArray();
  }

  private double[] slopes(Subject subject, ToDoubleFunction<Figures> what, double unit) {
    double[] less = of(subject, small, what);
    double[] more = of(subject, large, what);
    return IntStream.range(0, more.length)
        .mapToDouble(i -> unit * (more[i] - less[i]) / (large - small))
        .toArray();
  }

  private static double[] ratios(double[] of, double[] to) {
    return IntStream.range(0, to.length).mapToDouble(i -> of[i] / to[i]).toArray();
  }

  /** The median, with the least and the most in brackets. */
  static String spread(double[] values, String format) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return String.format(
        format + " (" + format + "–" + format + ")",
        part(sorted, 0.5),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  /** The value that a part of the sorted values does not exceed. */
  static double part(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
