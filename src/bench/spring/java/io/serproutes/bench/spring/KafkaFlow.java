package io.serproutes.bench.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.integration.channel.ExecutorChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.kafka.dsl.Kafka;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Ids of a topic to items on topics as a flow of Spring Integration: a listener with asynchronous
 * acknowledgment, an executor channel, the items of a task sent as a batch.
 */
@EnableAutoConfiguration
public class KafkaFlow {

  private static final int CONCURRENCY = Integer.getInteger("concurrency", 30);
  private static final int MOST_CALLS = 6;
  private static final String PATH = "/v3/serp/naver/organic/task_get/regular/{id}";

  private final String topics = System.getProperty("topics");
  private final ObjectMapper json = new ObjectMapper();
  private final Semaphore free = new Semaphore(CONCURRENCY);

  /** Runs until it is killed; {@code -Dthreads} is platform or virtual. */
  public static void main(String[] args) {
    SpringApplication.run(KafkaFlow.class, "--spring.main.web-application-type=none");
  }

  @Bean
  KafkaTemplate<String, byte[]> template() {
    return new KafkaTemplate<>(
        new DefaultKafkaProducerFactory<>(
            Map.of(
                "bootstrap.servers",
                System.getProperty("brokers"),
                "acks",
                "all",
                "compression.type",
                "lz4",
                "linger.ms",
                5,
                "batch.size",
                65_536),
            new StringSerializer(),
            new ByteArraySerializer()));
  }

  @Bean
  RestClient api() {
    return RestClient.builder()
        .baseUrl(System.getProperty("api"))
        .defaultHeaders(headers -> headers.setBasicAuth("sandbox", "sandbox"))
        .requestFactory(
            new HttpComponentsClientHttpRequestFactory(
                HttpClients.custom()
                    .setConnectionManager(
                        PoolingHttpClientConnectionManagerBuilder.create()
                            .setMaxConnPerRoute(CONCURRENCY)
                            .setMaxConnTotal(CONCURRENCY)
                            .build())
                    .build()))
        .build();
  }

  @Bean
  ExecutorService workers() throws ReflectiveOperationException {
    if (System.getProperty("threads", "platform").equals("virtual")) {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
    return Executors.newFixedThreadPool(CONCURRENCY);
  }

  @Bean
  IntegrationFlow flow(
      KafkaTemplate<String, byte[]> template, RestClient api, ExecutorService workers) {
    Map<String, Object> consumer = new HashMap<>();
    consumer.put("bootstrap.servers", System.getProperty("brokers"));
    consumer.put("group.id", System.getProperty("group"));
    consumer.put("auto.offset.reset", "earliest");
    consumer.put("enable.auto.commit", false);
    consumer.put("max.poll.records", 100);
    ContainerProperties properties = new ContainerProperties(topics + ".ids");
    properties.setAckMode(AckMode.MANUAL);
    properties.setAsyncAcks(true);
    KafkaMessageListenerContainer<String, String> container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                consumer, new StringDeserializer(), new StringDeserializer()),
            properties);
    return IntegrationFlow.from(Kafka.messageDrivenChannelAdapter(container))
        .channel(new ExecutorChannel(workers))
        .handle(String.class, (id, headers) -> fetch(api, id))
        .<byte[], List<ProducerRecord<String, byte[]>>>transform(this::records)
        .handle(
            List.class,
            (records, headers) -> {
              send(template, records);
              headers.get(KafkaHeaders.ACKNOWLEDGMENT, Acknowledgment.class).acknowledge();
              return null;
            })
        .get();
  }

  private byte[] fetch(RestClient api, String id) {
    free.acquireUninterruptibly();
    try {
      for (int call = 1; ; call++) {
        try {
          return api.get().uri(PATH, id).retrieve().body(byte[].class);
        } catch (ResourceAccessException e) { // its connection is dropped: the call is made again
          if (call == MOST_CALLS) {
            throw e;
          }
        }
      }
    } finally {
      free.release();
    }
  }

  private List<ProducerRecord<String, byte[]>> records(byte[] answer) {
    try {
      List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
      JsonNode task = json.readTree(answer).path("tasks").path(0);
      String id = task.path("id").asText();
      for (JsonNode result : task.path("result")) {
        ObjectNode member = search(id, task.path("data"), result);
        for (JsonNode item : result.path("items")) {
          String type = item.path("type").asText();
          String to = type.equals("organic") || type.equals("paid") ? type : "other";
          byte[] value = json.writeValueAsBytes(((ObjectNode) item).set("task", member));
          ProducerRecord<String, byte[]> record =
              new ProducerRecord<>(topics + "." + to, id, value);
          header(record, "content-type", "application/json");
          header(record, "serp.task-id", id);
          header(record, "serp.item-type", type);
          header(record, "serp.item-index", Integer.toString(records.size()));
          header(record, "serp.item-count", Integer.toString(result.path("items").size()));
          header(record, "serp.rank-absolute", item.path("rank_absolute").asText());
          records.add(record);
        }
      }
      return records;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** What the product adds to each item. */
  private ObjectNode search(String id, JsonNode data, JsonNode result) {
    ObjectNode member = json.createObjectNode().put("id", id);
    copy(member, "tag", data);
    copy(member, "keyword", result, data);
    copy(member, "se_domain", result, data);
    copy(member, "location_code", result, data);
    copy(member, "language_code", result, data);
    copy(member, "device", data);
    copy(member, "os", data);
    copy(member, "check_url", result);
    copy(member, "datetime", result);
    copy(member, "spell", result);
    return member;
  }

  private static void copy(ObjectNode to, String name, JsonNode... from) {
    for (JsonNode one : from) {
      if (one.has(name)) {
        to.set(name, one.get(name));
        return;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private void send(KafkaTemplate<String, byte[]> template, List<?> records) {
    CompletableFuture.allOf(
            records.stream()
                .map(one -> template.send((ProducerRecord<String, byte[]>) one))
                .toArray(CompletableFuture[]::new))
        .join();
  }
}
