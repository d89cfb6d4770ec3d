package io.serproutes.items;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** JSON as a tree that tells every number from every other: what the product is held against. */
final class JsonTrees {

  private static final ObjectMapper LOOSE =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100_000)
                          .maxNumberLength(10_000_000)
                          .maxStringLength(100_000_000)
                          .maxNameLength(10_000_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final ObjectMapper EXACT =
      LOOSE
          .copy()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  private JsonTrees() {}

  static JsonNode read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  static JsonNode read(byte[] json) {
    return read(EXACT, json);
  }

  /** Any valid JSON, even with numbers that no number type holds. */
  static JsonNode readLoosely(byte[] json) {
    return read(LOOSE, json);
  }

  private static JsonNode read(ObjectMapper mapper, byte[] json) {
    try {
      return mapper.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
