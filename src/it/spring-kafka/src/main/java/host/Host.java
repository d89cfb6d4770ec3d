package host;

import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/** A host with a Kafka route and a listener of its own beside our routes. */
@SpringBootApplication
@EnableKafka
public class Host {

  @Value("${host.brokers}")
  private String brokers;

  public static void main(String[] args) {
    SpringApplication.run(Host.class, args);
  }

  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
    ConcurrentKafkaListenerContainerFactory<String, String> factory =
        new ConcurrentKafkaListenerContainerFactory<>();
    factory.setConsumerFactory(
        new DefaultKafkaConsumerFactory<>(
            Map.of(
                "bootstrap.servers",
                brokers,
                "auto.offset.reset",
                "earliest",
                "session.timeout.ms",
                "6000"),
            new StringDeserializer(),
            new StringDeserializer()));
    return factory;
  }

  @Bean
  KafkaTemplate<String, String> kafkaTemplate() {
    return new KafkaTemplate<>(
        new DefaultKafkaProducerFactory<>(
            Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer()));
  }

  @Component
  static class Routes extends RouteBuilder {

    @Override
    public void configure() {
      from("kafka:host.events?brokers={{host.brokers}}&autoOffsetReset=earliest")
          .routeId("echo")
          .to("kafka:host.echo?brokers={{host.brokers}}");
    }
  }

  @Component
  static class Listener {

    @Autowired private KafkaTemplate<String, String> template;

    @KafkaListener(topics = "host.events", groupId = "host-listener")
    void hear(String event) {
      template.send("host.heard", event);
    }
  }
}
