package host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Five starts and stops in one JVM: each class has a profile of its own, for which the application
 * starts anew. A thread that an earlier one left would be there twice.
 */
@Timeout(60)
abstract class StartsTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @Inject CamelContext context;
  @Inject ProducerTemplate template;

  @Test
  void itWorksAndStopsWithinSecondsAndAloneInItsJvm() {
    String receipt = template.requestBody("direct:orders", ID, String.class);
    assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
    assertEquals(1, threads("serp-gate"));
    assertEquals(1, threads("timer://serp-ids-from-parked-files"));
    assertTimeout(Duration.ofSeconds(10), context::stop);
    awaitEndOf("serp-");
    awaitEndOf("Camel (" + context.getName() + ")");
  }

  // a pool that has been shut down may be gone before its last thread is
  private static void awaitEndOf(String threads) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          while (threads(threads) > 0) {
            Thread.onSpinWait();
          }
        },
        threads);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().contains(name))
        .count();
  }
}

@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@TestProfile(Start1Test.Profile.class)
class Start1Test extends StartsTest {
  public static class Profile implements QuarkusTestProfile {}
}

@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@TestProfile(Start2Test.Profile.class)
class Start2Test extends StartsTest {
  public static class Profile implements QuarkusTestProfile {}
}

@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@TestProfile(Start3Test.Profile.class)
class Start3Test extends StartsTest {
  public static class Profile implements QuarkusTestProfile {}
}

@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@TestProfile(Start4Test.Profile.class)
class Start4Test extends StartsTest {
  public static class Profile implements QuarkusTestProfile {}
}

@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@TestProfile(Start5Test.Profile.class)
class Start5Test extends StartsTest {
  public static class Profile implements QuarkusTestProfile {}
}
