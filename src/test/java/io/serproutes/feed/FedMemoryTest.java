package io.serproutes.feed;

import static io.serproutes.feed.FedIds.Choice.FED_BEFORE;
import static io.serproutes.feed.FedIds.Choice.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list and a signal name the same id. */
class FedMemoryTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final int PERIOD = 60;

  private final Settings settings = new Settings(Map.of("serp.from", "folder,webhooks")::get);
  private final FedMemory fed =
      new FedMemory(settings, new Tally(new Secrets(settings)), System::nanoTime);

  /** Else the call has its 200 with nothing on disk. */
  @Test
  void aSignalForAnIdThatWasChosenFromTheListIsSettledOnceThatIsKept() {
    assertThat(fed.choose(ID, PERIOD, false)).isEqualTo(FEED);
    assertThat(fed.isSettled(ID)).isFalse();
    fed.kept();
    assertThat(fed.isSettled(ID)).isTrue();
  }

  @Test
  void oneThatIsParkedAndSoNotFedIsNotAboutToBeKept() {
    assertThat(fed.choose(ID, PERIOD, true)).isEqualTo(FEED);
    assertThat(fed.notKept()).isEmpty();
  }

  @Test
  void anIdThatIsBeingKeptForASignalIsNotFedByTheList() {
    fed.keeping(List.of(ID));
    assertThat(fed.choose(ID, PERIOD, false)).isEqualTo(FED_BEFORE);
    fed.signalsKept();
    assertThat(fed.choose(ID, PERIOD, false)).isEqualTo(FED_BEFORE);
  }

  @Test
  void theListFeedsWhatCouldNotBeKeptForASignal() {
    fed.keeping(List.of(ID));
    fed.signalsNotKept();
    assertThat(fed.choose(ID, PERIOD, false)).isEqualTo(FEED);
  }
}
