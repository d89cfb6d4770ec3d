package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedFiles;
import io.serproutes.feed.ReadyPolls;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.spi.Registry;

/**
 * What a run once has not finished at one moment.
 *
 * @param whyOpen why the circuit is open, or, where nothing is in work, why the drop folder cannot
 *     be finished or parked ids cannot be kept now; null where none is so
 * @param isHopeless whether waiting does not close it
 * @param sources sources that hold ids of before the start, as words
 * @param inWork ids that have been taken from a source and have not ended
 * @param parked ids that are parked
 * @param nextDue when the first of them is due; null where none waits
 */
record Unfinished(
    String whyOpen,
    boolean isHopeless,
    List<String> sources,
    int inWork,
    int parked,
    Instant nextDue) {

  private static final String FED = "ids that were fed to the drop folder";
  private static final String FOLDER = "files in the drop folder";

  /**
   * Looks at all sources and at what is in work.
   *
   * @param topics topics that are sources
   */
  // an id goes from its source into work and from there, maybe, to the parked ones: looked at in
  // this order, none slips by
  static Unfinished in(Registry registry, List<String> topics) {
    Gate gate = registry.findSingleByType(Gate.class);
    String whyOpen = gate.whyOpen();
    boolean isHopeless = gate.isHopeless();
    List<String> sources = sources(registry, topics);
    int inWork = inWork(registry);
    Set<ParkedIds> parked = registry.findByType(ParkedIds.class);
    if (!parked.stream().allMatch(ParkedIds::isKnown)) {
      sources.add("parked ids that have not been read yet");
    }
    Instant nextDue = ParkedIds.earliest(parked, ParkedIds::nextDue);
    if (whyOpen == null && inWork == 0) {
      whyOpen = whyNotFinished(registry, sources, parked);
    }
    return new Unfinished(whyOpen, isHopeless, sources, inWork, ParkedIds.count(parked), nextDue);
  }

  private static int inWork(Registry registry) {
    return Math.max(
        registry.findSingleByType(Intake.class).inWork(),
        registry.findSingleByType(BeginTask.class).inWork());
  }

  private static List<String> sources(Registry registry, List<String> topics) {
    List<String> sources = new ArrayList<>();
    for (ReadyPolls polls : registry.findByType(ReadyPolls.class)) { // it feeds those below
      add(sources, "the list of finished tasks", polls.isOver(inWork(registry)));
    }
    for (CommandLineIds ids : registry.findByType(CommandLineIds.class)) {
      add(sources, "ids of the command line", ids.isFinished());
    }
    for (DeadLetterFiles letters : registry.findByType(DeadLetterFiles.class)) {
      add(sources, "dead letters", letters.isFinished());
    }
    for (FedFiles files : registry.findByType(FedFiles.class)) { // in the folder below once shown
      add(sources, FED, files.isShown());
    }
    for (DropFolder folder : registry.findByType(DropFolder.class)) {
      add(sources, FOLDER, isFinished(folder));
    }
    for (String topic : topics) {
      TopicProgress progress = registry.findSingleByType(TopicProgress.class);
      add(sources, "the topic " + topic, progress.isFinished(topic));
    }
    return sources;
  }

  private static void add(List<String> sources, String source, boolean isFinished) {
    if (!isFinished) {
      sources.add(source);
    }
  }

  private static boolean isFinished(DropFolder folder) {
    try {
      return folder.isFinished();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String whyNotFinished(
      Registry registry, List<String> sources, Set<ParkedIds> parked) {
    Stream<String> ofFiles =
        registry.findByType(DropFolder.class).stream()
            .filter(folder -> sources.contains(FOLDER))
            .map(DropFolder::whyNotFinished);
    Stream<String> ofFed = registry.findByType(FedFiles.class).stream().map(FedFiles::whyNotShown);
    Stream<String> ofParked = parked.stream().map(ParkedIds::whyNotKnown);
    return Stream.of(ofFiles, ofFed, ofParked)
        .flatMap(Function.identity())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Whether nothing is left but parked ids; of many, some are being asked for at any moment. */
  boolean isAllParked() {
    return sources.isEmpty() && parked > 0;
  }

  /** All of it in words. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>(sources);
    all.add(Count.of(inWork, "id") + " in work");
    all.add(Count.of(parked, "id") + " parked");
    return String.join(", ", all);
  }
}
