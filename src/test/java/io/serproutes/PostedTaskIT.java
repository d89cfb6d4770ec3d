package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** From posting a task to its items, without an account. */
@Execution(ExecutionMode.CONCURRENT)
class PostedTaskIT {

  @TempDir Path temp;

  @Test
  void theAnswerToAPostIsDroppedAndItsTaskDeliveredOnceItIsDone() throws Exception {
    int port = ProgramUnderTest.freePort();
    ProgramUnderTest.Start start =
        ProgramUnderTest.in(temp.resolve("work"))
            .key("serp.sandbox.port", Integer.toString(port))
            .key("serp.sandbox.turnaround", "3s")
            .key("serp.not-ready.delay", "1s");
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    try (ProgramUnderTest program = start.start().awaitStart()) {
      String answer = SandboxProcess.post(port, "[{\"keyword\":\"서울 맛집\",\"tag\":\"first\"}]");
      String id = new ObjectMapper().readTree(answer).at("/tasks/0/id").textValue();
      start.file("inbox/posted.json", answer);

      await().atMost(Duration.ofSeconds(60)).until(() -> out.hasReceipt(id));
      JsonNode receipt = out.receipt(id);
      assertThat(receipt.path("outcome").textValue()).as(program.output()).isEqualTo("delivered");
      assertThat(receipt.path("attempts").intValue()).isGreaterThan(1);
      assertThat(receipt.path("keyword").textValue()).isEqualTo("서울 맛집");
      assertThat(receipt.path("tag").textValue()).isEqualTo("first");
      assertThat(out.find("organic", id)).isNotEmpty();
    }
  }
}
