package accounts;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Component;

/** Two accounts in one application: a child context for each, with a Camel context of its own. */
public class TwoAccounts {

  public static void main(String[] args) {
    start(args);
  }

  static List<ConfigurableApplicationContext> start(String... args) {
    SpringApplicationBuilder shared =
        new SpringApplicationBuilder(TwoAccounts.class).web(WebApplicationType.NONE);
    shared.run(args);
    return Stream.of("first", "second")
        .map(account -> shared.child(Account.class).profiles(account).run(args))
        .toList();
  }

  @SpringBootApplication
  static class Account {}

  @Component
  static class Routes extends RouteBuilder {

    @Override
    public void configure() {
      from("direct:orders").to("direct:serp-take-task");

      for (String kind : List.of("organic", "paid", "other", "receipts", "dead-letters")) {
        from("direct:serp-" + kind).log("${camelId} " + kind + ": ${body}");
      }
    }
  }
}
