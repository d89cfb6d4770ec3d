package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.IllegalSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimedFilesTest {

  @TempDir private Path inbox;

  private final AtomicInteger looks = new AtomicInteger();
  private int failsAt = -1;

  private long time() {
    if (looks.incrementAndGet() == failsAt) {
      throw new IllegalSettingException("the claims cannot be renewed");
    }
    return 0;
  }

  private static List<Path> look(ClaimedFiles files, Path inbox) throws IOException {
    List<Path> claimed = new ArrayList<>();
    Iterator<Path> look = files.in(new InboxWalk(inbox, (file, why) -> {}));
    look.forEachRemaining(claimed::add);
    return claimed;
  }

  /** A file that stayed claimed would never be read, and a run once would wait for it. */
  @Test
  void aFileWhoseClaimCannotBeCheckedIsClaimedByALaterLook() throws IOException {
    Path file = Files.writeString(inbox.resolve("ids.txt"), "ids");
    try (Claims claims = new Claims(inbox.resolve(".serp"), this::time)) {
      claims.open();
      Intake intake = new Intake();
      ClaimedFiles files = new ClaimedFiles(claims, new LeftAlone(() -> 0), Duration.ZERO, intake);
      failsAt = looks.get() + 2; // before the claim it is looked at, too
      assertThat(look(files, inbox)).isEmpty();
      assertThat(files.isEmpty()).isTrue();
      assertThat(look(files, inbox)).containsExactly(file);
      files.release(file);
    }
  }
}
