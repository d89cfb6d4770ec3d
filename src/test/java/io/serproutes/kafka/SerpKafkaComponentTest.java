package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.Component;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The Kafka of the routes in a host that configures its own. Nobody listens at the brokers. */
@Timeout(60)
class SerpKafkaComponentTest {

  private static final List<List<String>> FILES =
      List.of(
          RouteFiles.CORE,
          RouteFiles.KAFKA,
          List.of("sources/ids-from-kafka", RouteFiles.output("kafka")));

  @TempDir Path temp;

  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();

  private final Properties keys = new Properties();
  private UnaryOperator<String> edit = text -> text;

  private SerpKafkaComponentTest load() throws Exception {
    keys.put("serp.from", "kafka");
    keys.put("serp.to", "kafka");
    keys.put("serp.kafka.brokers", "localhost:1");
    keys.put("serp.api.base-url", "http://localhost:1");
    keys.put("serp.api.login", "login");
    keys.put("serp.api.password", "password");
    keys.put("serp.files.dir", temp.toString());
    context.getPropertiesComponent().setInitialProperties(keys);
    context.getShutdownStrategy().setTimeout(2);
    for (String file : FILES.stream().flatMap(List::stream).toList()) {
      Resource original =
          PluginHelper.getResourceLoader(context).resolveResource(RouteFiles.location(file));
      String text = new String(original.getInputStream().readAllBytes(), UTF_8);
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.fromString(original.getLocation(), edit.apply(text)));
    }
    return this;
  }

  /** As Spring's customizers do: every component of Camel's type is set to the host's values. */
  private void onEveryKafkaComponent(Consumer<KafkaConfiguration> host) {
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onComponentAdd(String name, Component component) {
            if (component instanceof KafkaComponent kafka) {
              host.accept(kafka.getConfiguration());
            }
          }
        });
  }

  private SerpKafkaComponent component() {
    return context.getComponent("serp-kafka", SerpKafkaComponent.class);
  }

  private KafkaConfiguration endpoint(String uri) {
    return context.getEndpoint(uri, TopicEndpoint.class).getConfiguration();
  }

  private Map<String, Object> consumer(String uri) {
    KafkaClients clients =
        context.getRegistry().lookupByNameAndType("serpKafkaClients", KafkaClients.class);
    return clients.forConsumer("ids", endpoint(uri).createConsumerProperties());
  }

  @Test
  void whatAHostSetsItsKafkaComponentsToDoesNotReachOurs() throws Exception {
    onEveryKafkaComponent(
        host -> {
          host.setAutoCommitEnable(true);
          host.setAutoOffsetReset("latest");
          host.setBrokers("localhost:2");
          host.setValueSerializer("host.Serializer");
        });
    load();
    assertThat(component()).isNotInstanceOf(KafkaComponent.class);
    KafkaConfiguration ours = endpoint("serp-kafka:ids");
    assertThat(ours.isAutoCommitEnable()).isFalse();
    assertThat(ours.getAutoOffsetReset()).isEqualTo("earliest");
    assertThat(ours.getBrokers()).isEqualTo("localhost:1");
    assertThat(ours.getValueSerializer()).endsWith("ByteArraySerializer");
    assertThat(
            context.getEndpoint("kafka:hosts", KafkaEndpoint.class).getConfiguration().getBrokers())
        .isEqualTo("localhost:2");
    assertThat(context.getRegistry().findByType(KafkaComponent.class)).isEmpty();
  }

  @Test
  void brokersMayBeAListOfSpringsYaml() throws Exception {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "application.yml",
                Map.of(
                    "serp.kafka.brokers[0]", "localhost:1",
                    "serp.kafka.brokers[1]", "localhost:2")));
    context.getRegistry().bind("environment", environment);
    load();
    assertThat(endpoint("serp-kafka:ids").getBrokers()).isEqualTo("localhost:1,localhost:2");
  }

  @Test
  void optionsOfAUriAreOfItsEndpointOnly() throws Exception {
    load();
    KafkaConfiguration parked =
        endpoint("serp-kafka:parked?groupId=other&valueDeserializer=some.Deserializer");
    assertThat(parked.getTopic()).isEqualTo("parked");
    assertThat(parked.getGroupId()).isEqualTo("other");
    assertThat(parked.getValueDeserializer()).isEqualTo("some.Deserializer");
    assertThat(endpoint("serp-kafka:ids").getGroupId()).isEqualTo("serp-routes");
  }

  @Test
  void theGroupOfParkedIdsHasTheNameOfThatOfIdsWhateverItsLetters() throws Exception {
    keys.put("serp.kafka.group-id", "a+b&c=%41 (d)");
    load();
    context.start();
    assertThat(context.getEndpoints())
        .filteredOn(TopicEndpoint.class::isInstance)
        .extracting(one -> ((TopicEndpoint) one).getConfiguration())
        .extracting(one -> one.getTopic() + " " + one.getGroupId())
        .contains("serp.task-ids a+b&c=%41 (d)", "serp.parked a+b&c=%41 (d)-parked");
  }

  @ParameterizedTest
  @CsvSource({
    "enable.auto.commit, true, committed before they are delivered",
    "auto.offset.reset, latest, passed over",
    "acks, 1, lost",
    "transactional.id, x, transactions",
    "group.instance.id, x, fence each other",
  })
  void aClientThatWouldLoseOrMixIdsStopsTheStartWhereverItsSettingComesFrom(
      String name, String value, String why) throws Exception {
    load()
        .component()
        .getConfiguration()
        .setAdditionalProperties(new TreeMap<>(Map.of(name, value)));
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("would run with " + name + "=" + value + ": ")
        .hasStackTraceContaining(why);
  }

  @Test
  void oneThatWouldCommitByItselfStopsTheStart() throws Exception {
    load().component().getConfiguration().setAutoCommitEnable(true);
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("would run with enable.auto.commit=true");
  }

  /** As in a copied route file: its ids would never end. */
  @ParameterizedTest
  @CsvSource({
    "consumersCount, 2, one consumer of a topic",
    "batching, true, could not be noted",
    "allowManualCommit, false, could not be noted",
  })
  void aRouteThatWouldNotKeepTheProgressOfItsTopicStopsTheStart(
      String option, String value, String why) throws Exception {
    String uri = "      uri: serp-kafka:{{serp-value:serp.kafka.topics.ids}}\n";
    String parameters = "      parameters:\n        " + option + ": " + value + "\n";
    edit = text -> text.replace(uri + "      steps", uri + parameters + "      steps");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("would read a topic with " + option + "=" + value + ": ")
        .hasStackTraceContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "enable.auto.commit, true",
    "auto.offset.reset, latest",
    "acks, 1",
    "enable.idempotence, false",
    "transactional.id, x",
    "group.id, x",
    "group.instance.id, x",
    "bootstrap.servers, localhost:9",
    "value.serializer, x",
    "partitioner.ignore.keys, true",
  })
  void aPropertyThatWouldBreakAPromiseStopsTheStart(String name, String value) throws Exception {
    keys.put("serp.kafka.properties." + name, value);
    load();
    assertThatThrownBy(context::start).hasStackTraceContaining("serp.kafka.properties." + name);
  }

  @Test
  void brokersSeeWhichProcessAClientBelongsToUnlessItHasAnotherId() throws Exception {
    load();
    assertThat(consumer("serp-kafka:ids").get("client.id").toString())
        .matches("serp-routes-[A-Za-z0-9._-]+-" + ProcessHandle.current().pid() + "-ids");
  }

  @Test
  void anIdOfAClientThatIsGivenIsUsed() throws Exception {
    keys.put("serp.kafka.properties.client.id", "mine");
    load();
    assertThat(consumer("serp-kafka:ids")).containsEntry("client.id", "mine");
  }

  @Test
  void aLongRequestIsNoReasonToRefuseAProducer() throws Exception {
    keys.put("serp.kafka.properties.request.timeout.ms", "60000");
    KafkaConfiguration configured = load().component().getConfiguration();
    component().getClients().newProducer(configured).close(Duration.ZERO);
    component().getClients().newTransactionalProducer(configured).close(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({", 500", "7, 7"})
  void aFeederReadsManyOutcomesAtOnce(String given, String most) throws Exception {
    if (given != null) {
      keys.put("serp.kafka.properties.max.poll.records", given);
    }
    load();
    Settings settings = context.getRegistry().lookupByNameAndType("serpSettings", Settings.class);
    assertThat(new GroupLeader(settings, component()).properties("feeder").get("max.poll.records"))
        .hasToString(most);
    assertThat(consumer("serp-kafka:ids").get("max.poll.records"))
        .hasToString(given == null ? "20" : given);
  }

  @Test
  void otherPropertiesArePassedOn() throws Exception {
    keys.put("serp.kafka.properties.security.protocol", "SSL");
    keys.put("serp.kafka.properties.ssl.endpoint.identification.algorithm", "");
    keys.put("serp.kafka.properties.acks", "-1");
    keys.put("serp.kafka.properties.my.interceptor", "on");
    load();
    assertThat(consumer("serp-kafka:ids"))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("ssl.endpoint.identification.algorithm", "")
        .containsEntry("my.interceptor", "on")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest");
  }

  @ParameterizedTest
  @CsvSource({
    "isolation.level, read_uncommitted",
    "transaction.timeout.ms, 900000",
    "transactional.id, mine",
    "enable.idempotence, false",
  })
  void aPropertyThatWouldBreakTransactionsStopsTheStart(String name, String value)
      throws Exception {
    keys.put("serp.kafka.delivery", "exactly-once");
    keys.put("serp.kafka.properties." + name, value);
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("serp.kafka.properties." + name + "=" + value + " is refused: ");
  }

  @Test
  void withTransactionsOnlyCommittedRecordsAreRead() throws Exception {
    assertThat(load().consumer("serp-kafka:ids")).doesNotContainValue("read_committed");
    context.stop();
    SerpKafkaComponentTest exactlyOnce = new SerpKafkaComponentTest();
    exactlyOnce.temp = temp;
    exactlyOnce.keys.put("serp.kafka.delivery", "exactly-once");
    assertThat(exactlyOnce.load().consumer("serp-kafka:ids"))
        .containsEntry("isolation.level", "read_committed");
  }

  /** As in a host that names its route files by hand. */
  @Test
  void transactionsNeedTheFileOfSeveralOutputs() throws Exception {
    keys.put("serp.kafka.delivery", "exactly-once");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining(
            "needs a route from direct:serp-items-for-several; load classpath:")
        .hasStackTraceContaining("serp-routes/outputs/several.camel.yaml");
  }

  /** Nobody waits for it: the items would come after their receipt, or never. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "wireTap: {uri: direct:serp-items-to-outputs}",
        "aggregate: {correlationExpression: {constant: all}, completionSize: 10,"
            + " aggregationStrategy: '#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy',"
            + " steps: [to: direct:serp-items-to-outputs]}",
        "aggregate: {correlationExpression: {constant: all}, completionSize: 10,"
            + " aggregationStrategy: '#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy',"
            + " steps: [split: {simple: '${body}', steps: [to: direct:serp-items-to-outputs]}]}"
      })
  void noItemsAreHandedOnLate(String step) throws Exception {
    edit = text -> text.replace("- to: direct:serp-items-to-outputs\n", "- " + step + "\n");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route serp-split-items hands items on by an aggregate");
  }

  /** Its id would never end, nor would a run once. */
  @Test
  void noRouteOfOursMayStop() throws Exception {
    String step = "              - to: direct:serp-items-to-outputs\n";
    edit =
        text ->
            text.replace(
                step,
                step
                    + "              - filter:\n                  simple: ${body} == null\n"
                    + "                  steps:\n                    - stop: {}\n");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route serp-split-items has a step stop");
  }

  /** Its stop would be one of the route that calls it. */
  @Test
  void noRouteThatOursCallMayStop() throws Exception {
    loadWithAStepTo("direct:own", "direct:of-its-own");
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route of-its-own has a step stop");
  }

  /** Its stop comes back with the exchange, or with a copy of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "toD: direct:own",
        "recipientList: {constant: direct:own}",
        "routingSlip: {constant: 'direct:more,direct:own'}",
        "enrich: {constant: direct:own}",
        "multicast: {steps: [to: direct:own]}"
      })
  void noRouteThatOursSendToByAnotherStepMayStop(String step) throws Exception {
    loadWith("direct:own", "direct:of-its-own", step);
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route of-its-own has a step stop");
  }

  /** What comes by seda is an exchange of its own. */
  @Test
  void aRouteThatOursOnlySendToMayStop() throws Exception {
    loadWithAStepTo("direct:own", "seda:of-its-own");
    context.start();
  }

  @Test
  void aRouteThatGetsAnExchangeOfItsOwnMayStop() throws Exception {
    loadWith("direct:own", "direct:of-its-own", "wireTap: {uri: direct:own}");
    context.start();
  }

  private void loadWithAStepTo(String own, String ofItsOwn) throws Exception {
    loadWith(own, ofItsOwn, "to: " + own);
  }

  private void loadWith(String own, String ofItsOwn, String added) throws Exception {
    String step = "              - to: direct:serp-items-to-outputs\n";
    edit = text -> text.replace(step, step + "              - " + added + "\n");
    load();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(own).to(ofItsOwn);
            from(ofItsOwn).routeId("of-its-own").filter(body().isNull()).stop();
          }
        });
  }

  /** Camel puts it in front of the steps of every route. */
  @Test
  void whatAHostSaysOfAllRoutesIsNoStepOfACopy() throws Exception {
    context.addRoutes(
        new RouteConfigurationBuilder() {
          @Override
          public void configuration() {
            routeConfiguration().onException(IllegalStateException.class).handled(true);
            routeConfiguration().onCompletion().log("completed");
          }
        });
    load();
    context.start();
  }

  /** A record that a filter passes over, or another step fails with, would be in work for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "filter: {simple: '${body} != 1', steps: [{process: {ref: serpTopicIds}}]}",
        "process: {ref: serpTopicIds}\n        - log: one more",
      })
  void everyRecordIsHandedOn(String steps) throws Exception {
    String process =
        "process:\n            id: serp-ids-of-record\n            ref: serpTopicIds\n";
    edit = text -> text.replace(process, steps + "\n");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route serp-ids-from-kafka must hand each record on");
  }

  /** An id that a step passes over or fails with before its task is begun would never end. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8 | process:\\s+id: serp-begin-task | must begin with the process",
        "8 | doTry:\\s+steps:\\s+# set by this | must begin with the process",
        "16 | process:\\s+id: serp-settle-task | doFinally with the ref",
        "8 | doTry:\\s+steps:\\s+- setHeader | right behind the process with the ref serpPassGate",
        "8 | doTry:\\s+steps:\\s+- bean | serp-read-posted must have the doTry",
        "16 | process:\\s+id: serp-end-call | doFinally with the ref serpEndCall",
        "14 | wireTap:\\s+uri: direct:serp-take-task | first step of the split",
      })
  void noStepStandsBeforeTheTask(int indent, String step, String why) throws Exception {
    String found = "(?m)^ {" + indent + "}- " + step;
    edit = text -> text.replaceFirst(found, "- log: one more\n".indent(indent) + "$0");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("task-results.camel.yaml: ")
        .hasStackTraceContaining(why);
  }

  /** Else what was written is written again with each try of such a step of a copy. */
  @ParameterizedTest
  @ValueSource(strings = {"- to: direct:serp-receipt-to-outputs\n", "{{serp-chosen:parking}}\"\n"})
  void noStepStandsBetweenTheCommitAndTheMark(String step) throws Exception {
    edit = text -> text.replace(step, step + "        - removeHeader: {name: one}\n");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("nothing but a log may stand between the last step of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"- to: direct:serp-receipt-to-outputs\n", "{{serp-chosen:parking}}\"\n"})
  void aLogMayStandThere(String step) throws Exception {
    edit = text -> text.replace(step, step + "        - log: one more\n");
    load();
    context.start();
    assertThat(context.getRoute("serp-receipt")).isNotNull();
  }

  /** Of these only the inner index is known, or none, by which a repeated step is told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "split: {simple: '${body}', steps: [split: {simple: '${body}', steps: [to: 'serp-kafka:parts']}]}",
        "loop: {constant: 2, steps: [to: 'serp-kafka:parts']}",
      })
  void noRoundsAreSentToATopicWithExactlyOnce(String added) throws Exception {
    String step = "uri: serp-kafka:{{serp-value:serp.kafka.topics.paid}}\n";
    keys.put("serp.kafka.delivery", "exactly-once");
    edit = text -> text.replace(step, step + ("- " + added).indent(18));
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("serp-items-to-kafka must not send to a topic from a split in a");
  }

  /** It would be staged after the transaction has been made up, and never be sent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "wireTap: {uri: 'serp-kafka:copies'}",
        "aggregate: {correlationExpression: {constant: all}, completionSize: 10,"
            + " aggregationStrategy: '#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy',"
            + " steps: [to: 'serp-kafka:copies']}"
      })
  void nothingIsSentLateToATopicWithExactlyOnce(String added) throws Exception {
    String step = "- to: direct:serp-items-to-outputs\n";
    keys.put("serp.kafka.delivery", "exactly-once");
    edit = text -> text.replace(step, step + "              - " + added + "\n");
    load();
    assertThatThrownBy(context::start)
        .hasStackTraceContaining("the route serp-split-items hands items on by an aggregate");
  }
}
