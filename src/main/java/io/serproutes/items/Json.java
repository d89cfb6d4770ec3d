package io.serproutes.items;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** How the vendor's JSON is read: any valid document, in bounded memory. */
final class Json {

  /**
   * Nesting, names and numbers may be far larger than Jackson's defaults allow and still valid;
   * beyond these bounds an answer counts as unreadable. Strings are skipped, not held. Field names
   * are not kept between answers: they are not ours.
   */
  static final JsonFactory TOKENS =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxNameLength(1_000_000)
                  .maxNumberLength(1_000_000)
                  .maxStringLength(64 * 1024 * 1024)
                  .build())
          .build();

  private Json() {}
}
