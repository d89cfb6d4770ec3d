package io.serproutes.program;

import io.serproutes.ids.DropFolder;
import org.apache.camel.CamelContext;

/** How many ids are left in the sources that know their end. */
final class Backlog {

  private Backlog() {}

  /** About so many ids have not ended; 0 where no source knows. */
  static long ids(CamelContext context) {
    return context.getRegistry().findByType(DropFolder.class).stream()
        .mapToLong(DropFolder::left)
        .sum();
  }
}
