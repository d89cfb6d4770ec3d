package io.serproutes.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FatalErrorHandlerTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> halts = new ArrayList<>();
  private final FatalErrorHandler handler = new FatalErrorHandler(err, halts::add);
  private final Thread thread = new Thread("serp-publish");

  private String handle(Throwable error) {
    handler.uncaughtException(thread, error);
    return err.toString(UTF_8);
  }

  @Test
  void outOfMemoryEndsWithOneLineAndCode5() {
    assertThat(handle(new OutOfMemoryError("Java heap space")))
        .isEqualTo(
            "serp-routes ended: java.lang.OutOfMemoryError: Java heap space (thread serp-publish)."
                + " Nothing is lost: ids in work stay in their source. Start it again with more"
                + " heap (-Xmx); systemd and Kubernetes can do so at exit code 5.\n");
    assertThat(halts).containsExactly(5);
  }

  @Test
  void idsThatNobodyKeepsAreToBeGivenAgain() {
    handler.idsAreNotKept();
    assertThat(handle(new OutOfMemoryError("Java heap space")))
        .endsWith(
            " (thread serp-publish). No source keeps the ids that it was given: give those without"
                + " a receipt again with more heap (-Xmx).\n");
  }

  @Test
  void aLackOfThreadsIsNotCuredByHeap() {
    assertThat(handle(new OutOfMemoryError("unable to create native thread: possibly out of …")))
        .contains("limit of threads")
        .doesNotContain("-Xmx");
  }

  @Test
  void whateverEndsAThreadEndsTheProgram() {
    assertThat(handle(new IllegalStateException("odd\n\u001b[31m")))
        .isEqualTo(
            "serp-routes ended: an inner thread died: java.lang.IllegalStateException: odd [31m"
                + " (thread serp-publish). Nothing is lost: ids in work stay in their source. Start"
                + " it again; systemd and Kubernetes can do so at exit code 5.\n");
    assertThat(halts).containsExactly(5);
  }

  @Test
  void nothingNeedsToBeMadeWhenThereIsNoMemory() {
    Error noMemoryForWords =
        new OutOfMemoryError() {
          @Override
          public String toString() {
            throw new OutOfMemoryError();
          }
        };
    handler.idsAreNotKept();
    assertThat(handle(noMemoryForWords))
        .isEqualTo(
            "serp-routes ended: out of memory. No source keeps the ids that it was given: give"
                + " those without a receipt again with more heap (-Xmx).\n");
    assertThat(halts).containsExactly(5);
  }

  @Test
  void onlyTheFirstIsTold() {
    handle(new OutOfMemoryError());
    assertThat(handle(new OutOfMemoryError()).lines()).hasSize(1);
  }

  @Test
  void anExceptionDoesNotEndACleanStopButAnErrorDoes() {
    handler.stopping();
    assertThat(handle(new IllegalStateException())).isEmpty();
    assertThat(halts).isEmpty();
    assertThat(handle(new OutOfMemoryError())).isNotEmpty();
    assertThat(halts).containsExactly(5);
  }
}
