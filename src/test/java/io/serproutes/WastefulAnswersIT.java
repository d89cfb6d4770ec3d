package io.serproutes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Answers that are small beside what would be made of them. They take neither heap nor disk. */
@Isolated
class WastefulAnswersIT {

  private static final String TAG = "t".repeat(60_000);
  private static final String MANY_RESULTS = "1";
  private static final String LONG_TAG_AND_RESULTS = "2";
  private static final String LONG_TAG_AND_ITEMS = "3";
  private static final String LONG_NAMES = "4";
  private static final String REPEATED_ITEMS = "5";
  private static final String GOOD = "6";

  @TempDir Path temp;

  @Test
  void theyEndAndTheOthersAreDelivered() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String kind : List.of(MANY_RESULTS, LONG_TAG_AND_ITEMS, LONG_NAMES, REPEATED_ITEMS)) {
      ids.add(id(kind, 0));
    }
    IntStream.range(0, 20).forEach(i -> ids.add(id(LONG_TAG_AND_RESULTS, i)));
    IntStream.range(0, 20).forEach(i -> ids.add(id(GOOD, i)));
    try (RawApi api = new RawApi((request, socket, out) -> answer(request.id(), out));
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work"))
                .jvm("-Xmx96m")
                .key("serp.api.base-url", api.address().toString())
                .key("serp.api.login", "login")
                .key("serp.api.password", "password")
                .key("serp.retry.max-attempts", "1")
                .key("serp.once", "true")
                .file("inbox/ids.txt", String.join("\n", ids))
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
    }
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    for (String id : ids) {
      JsonNode receipt = out.receipt(id);
      assertThat(receipt).as(id).isNotNull();
      assertThat(receipt.get("outcome").asText() + " " + receipt.path("reason").asText())
          .as(id)
          .isEqualTo(expected(id));
    }
    Path items = temp.resolve("work/out/other").resolve(id(LONG_TAG_AND_ITEMS, 0) + ".json");
    assertThat(Files.size(items)).isBetween(10_000_000L, 100_000_000L);
  }

  private static String expected(String id) {
    return switch (id.substring(0, 1)) {
      case MANY_RESULTS, LONG_NAMES, REPEATED_ITEMS -> "dead-lettered unreadable";
      case LONG_TAG_AND_RESULTS -> "empty ";
      default -> "delivered ";
    };
  }

  private static String id(String kind, int number) {
    return kind + "0171324-1535-0066-0000-%012d".formatted(number);
  }

  private static void answer(String id, OutputStream out) throws IOException {
    String data = "\"data\":{\"tag\":\"" + TAG + "\"},";
    byte[] json =
        ("{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,".formatted(id)
                + switch (id.substring(0, 1)) {
                  case MANY_RESULTS -> result(times(500_000, "{}"));
                  case LONG_TAG_AND_RESULTS -> data + result(times(1000, "{}"));
                  case LONG_TAG_AND_ITEMS ->
                      data + result("{\"items\":[" + times(150_000, "{}") + "]}");
                  case LONG_NAMES ->
                      result(
                          IntStream.range(0, 60_000)
                              .mapToObj(i -> "\"" + "n".repeat(990) + i + "\":1")
                              .collect(Collectors.joining(",", "{", "}")));
                  case REPEATED_ITEMS -> result("{" + times(400_000, "\"items\":[],\"a\":1") + "}");
                  default -> result("{\"items\":[{\"type\":\"organic\"}]}");
                }
                + "}]}")
            .getBytes(US_ASCII);
    out.write(
        ("HTTP/1.1 200 OK\r\nContent-Length: " + json.length + "\r\n\r\n").getBytes(US_ASCII));
    out.write(json);
  }

  private static String result(String results) {
    return "\"result\":[" + results + "]";
  }

  private static String times(int count, String text) {
    return (text + ",").repeat(count - 1) + text;
  }
}
