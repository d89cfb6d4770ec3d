package io.serproutes.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.feed.Leader.Standing;
import io.serproutes.ids.LockOfOtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxLeaderTest {

  @TempDir Path inbox;

  private Path lock;

  @BeforeEach
  void makeFolder() throws IOException {
    lock = Files.createDirectory(inbox.resolve(".serp")).resolve("feeder.lock");
  }

  private InboxLeader leader() {
    return new InboxLeader(new Settings(Map.of("serp.folder.inbox", inbox.toString())::get));
  }

  @Test
  void whoeverIsFirstLeadsUntilItIsClosed() throws IOException {
    InboxLeader first = leader();
    InboxLeader second = leader();
    assertThat(first.standing()).isEqualTo(Standing.LEADS);
    assertThat(second.standing()).isEqualTo(Standing.FOLLOWS);
    assertThat(first.standing()).isEqualTo(Standing.LEADS);
    first.close();
    assertThat(second.standing()).isEqualTo(Standing.LEADS);
    assertThat(first.standing()).isEqualTo(Standing.FOLLOWS);
    second.close();
  }

  @Test
  void theLockDiesWithItsProcess() throws Exception {
    Files.createFile(lock);
    try (LockOfOtherProcess other = new LockOfOtherProcess(lock, 0);
        InboxLeader leader = leader()) {
      assertThat(other.hasLock()).isTrue();
      assertThat(leader.standing()).isEqualTo(Standing.FOLLOWS);
      other.close();
      assertThat(leader.standing()).isEqualTo(Standing.LEADS);
    }
  }

  /** A process that closes any channel of a file loses its locks on it. */
  @Test
  void anotherContextOfTheProcessTakesNoLeadAway() throws Exception {
    InboxLeader first = leader();
    InboxLeader second = leader();
    assertThat(first.standing()).isEqualTo(Standing.LEADS);
    assertThat(second.standing()).isEqualTo(Standing.FOLLOWS);
    second.close();
    assertThat(otherProcessCanLock()).isFalse();
    first.close();
    assertThat(otherProcessCanLock()).isTrue();
  }

  private boolean otherProcessCanLock() throws Exception {
    try (LockOfOtherProcess other = new LockOfOtherProcess(lock, 0)) {
      return other.hasLock();
    }
  }

  @Test
  void whereSomebodyRemovesTheLockOneProcessLeadsByTheNewOne() throws IOException {
    try (InboxLeader first = leader();
        InboxLeader second = leader()) {
      assertThat(first.standing()).isEqualTo(Standing.LEADS);
      Files.delete(lock);
      assertThat(second.standing()).isEqualTo(Standing.LEADS);
      assertThat(first.standing()).isEqualTo(Standing.FOLLOWS);
    }
  }

  @Test
  void withoutItsFolderNobodyLeadsUntilItIsMadeAgain() throws IOException {
    Files.delete(lock.getParent());
    try (InboxLeader leader = leader()) {
      assertThat(leader.standing()).isEqualTo(Standing.UNKNOWN);
      Files.createDirectory(lock.getParent());
      assertThat(leader.standing()).isEqualTo(Standing.LEADS);
    }
  }
}
