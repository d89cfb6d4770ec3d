package check;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests: no unknown field, names that fit each other, and a program that they start. */
class ManifestsTest {

  private static final Path FOLDER = Path.of("src/deploy/kubernetes");
  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static List<HasMetadata> objects(String file) throws IOException {
    List<HasMetadata> objects = new ArrayList<>();
    for (String document : Files.readString(FOLDER.resolve(file)).split("(?m)^---$")) {
      objects.add(Serialization.unmarshal(document));
    }
    return objects;
  }

  private static <T> T only(Class<T> type, List<HasMetadata> objects) {
    return objects.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  private static PodTemplateSpec pod(List<HasMetadata> objects) {
    return objects.stream().anyMatch(Deployment.class::isInstance)
        ? only(Deployment.class, objects).getSpec().getTemplate()
        : only(StatefulSet.class, objects).getSpec().getTemplate();
  }

  // what the model does not know it leaves out, or writes back where it keeps unknown members
  @ParameterizedTest
  @ValueSource(strings = {"secret.yml", "kafka.yml", "folder.yml"})
  void everyFieldIsOneOfKubernetes(String file) throws Exception {
    for (String document : Files.readString(FOLDER.resolve(file)).split("(?m)^---$")) {
      HasMetadata object = Serialization.unmarshal(document);
      assertEquals(List.of(), unknown("", object, new HashSet<>()), file);
      JsonNode written = YAML.readTree(document);
      JsonNode read = Serialization.jsonMapper().valueToTree(object);
      assertEquals(List.of(), lost("", written, read), file);
    }
  }

  private static List<String> unknown(String at, Object part, Set<Object> seen) throws Exception {
    List<String> found = new ArrayList<>();
    if (part instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        found.addAll(unknown(at + "[" + i + "]", list.get(i), seen));
      }
    } else if (part != null && part.getClass().getName().startsWith("io.fabric8")) {
      for (var method : part.getClass().getMethods()) {
        if (method.getName().equals("getAdditionalProperties")) {
          ((Map<?, ?>) method.invoke(part)).keySet().forEach(key -> found.add(at + "." + key));
        } else if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
          found.addAll(unknown(at + "." + method.getName().substring(3), method.invoke(part), seen));
        }
      }
    }
    return found;
  }

  private static List<String> lost(String at, JsonNode written, JsonNode read) {
    List<String> lost = new ArrayList<>();
    written
        .fields()
        .forEachRemaining(
            member -> {
              String name = at + "." + member.getKey();
              JsonNode value = read.get(member.getKey());
              lost.addAll(value == null ? List.of(name) : lost(name, member.getValue(), value));
            });
    for (int i = 0; i < written.size() && written.isArray(); i++) {
      lost.addAll(lost(at + "[" + i + "]", written.get(i), read.get(i)));
    }
    return lost;
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.yml", "folder.yml"})
  void namesFitEachOther(String file) throws Exception {
    List<HasMetadata> objects = objects(file);
    PodTemplateSpec pod = pod(objects);
    Container container = pod.getSpec().getContainers().get(0);
    Map<String, String> labels = pod.getMetadata().getLabels();
    Service service = only(Service.class, objects);
    assertEquals(labels, service.getSpec().getSelector());
    assertEquals("http", service.getSpec().getPorts().get(0).getTargetPort().getStrVal());
    assertEquals(8084, container.getPorts().get(0).getContainerPort());
    String page = Files.readString(Path.of("src/docs/deploy.md"));
    assertTrue(page.contains(" -t " + container.getImage() + " .\n"), container.getImage());
    assertEquals("8084", pod.getMetadata().getAnnotations().get("prometheus.io/port"));
    Set<String> volumes = new HashSet<>();
    if (objects.get(0) instanceof StatefulSet set) {
      assertEquals(service.getMetadata().getName(), set.getSpec().getServiceName());
      assertEquals("Parallel", set.getSpec().getPodManagementPolicy()); // or a halted pod stays
      assertEquals(labels, set.getSpec().getSelector().getMatchLabels());
      set.getSpec().getVolumeClaimTemplates().forEach(v -> volumes.add(v.getMetadata().getName()));
    } else {
      Deployment deployment = only(Deployment.class, objects);
      assertEquals(labels, deployment.getSpec().getSelector().getMatchLabels());
    }
    pod.getSpec().getVolumes().stream().map(Volume::getName).forEach(volumes::add);
    Set<String> mounted = new HashSet<>();
    container.getVolumeMounts().stream().map(VolumeMount::getName).forEach(mounted::add);
    assertEquals(volumes, mounted);
    Set<String> secrets = only(Secret.class, objects("secret.yml")).getStringData().keySet();
    Volume secret = pod.getSpec().getVolumes().get(0);
    assertTrue(secrets.contains(secret.getSecret().getItems().get(0).getKey()));
    assertEquals(
        only(Secret.class, objects("secret.yml")).getMetadata().getName(),
        secret.getSecret().getSecretName());
  }

  @Test
  void kafkaAsItIsDeployed(@TempDir Path temp) throws Exception {
    try (Broker broker = new Broker(temp.resolve("broker"));
        Sandbox sandbox = new Sandbox()) {
      runs("kafka.yml", temp, sandbox, Map.of("SERP_KAFKA_BROKERS", broker.address()));
    }
  }

  @Test
  void folderAsItIsDeployed(@TempDir Path temp) throws Exception {
    Path inbox = Files.createDirectories(temp.resolve("data/inbox"));
    Files.writeString(inbox.resolve("ids.txt"), ID);
    Map<String, String> secret = only(Secret.class, objects("secret.yml")).getStringData();
    try (Sandbox sandbox =
        new Sandbox(
            "serp.api.login=" + secret.get("login"),
            "serp.api.password=" + secret.get("password"))) {
      runs("folder.yml", temp, sandbox, Map.of());
    }
    assertTrue(Files.exists(temp.resolve("data/out/receipts/" + ID + ".json")));
  }

  /** The variables of a manifest, with addresses of this machine, start a program that is ready. */
  private static void runs(String file, Path temp, Sandbox sandbox, Map<String, String> addresses)
      throws Exception {
    Container container = pod(objects(file)).getSpec().getContainers().get(0);
    Map<String, String> variables = variables(container, temp);
    replace(variables, "SERP_API_BASE_URL", sandbox.address());
    for (var address : addresses.entrySet()) {
      replace(variables, address.getKey(), address.getValue());
    }
    variables.put("SERP_SERVER_HOST", "0.0.0.0"); // the image's
    addServiceLinks(variables, only(Service.class, objects(file)).getMetadata().getName());
    Path data = Files.createDirectories(temp.resolve("data"));
    try (Program program = new Program(data, Program.jar(), variables)) {
      for (Probe probe :
          List.of(
              container.getStartupProbe(),
              container.getLivenessProbe(),
              container.getReadinessProbe())) {
        HTTPGetAction get = probe.getHttpGet();
        assertEquals(container.getPorts().get(0).getName(), get.getPort().getStrVal());
        // not the address that a server of this machine alone is bound to
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> program.status("127.0.0.2", get.getPath()) == 200 || !program.isAlive());
        assertEquals(200, program.status("127.0.0.2", get.getPath()), program.output());
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !Files.exists(data.resolve("inbox/ids.txt")));
      assertEquals(0, program.stop(), program.output());
      assertFalse(program.output().contains("WARN"), program.output());
    }
  }

  private static Map<String, String> variables(Container container, Path temp) throws IOException {
    Map<String, String> secret = only(Secret.class, objects("secret.yml")).getStringData();
    Map<String, String> variables = new HashMap<>();
    for (EnvVar variable : container.getEnv()) {
      String value = variable.getValue();
      if (value == null) {
        value = secret.get(variable.getValueFrom().getSecretKeyRef().getKey());
      }
      for (VolumeMount mount : container.getVolumeMounts()) {
        if (mount.getName().equals("secret") && value.startsWith(mount.getMountPath() + "/")) {
          Path copy = temp.resolve(value.substring(mount.getMountPath().length() + 1));
          value = Files.writeString(copy, secret.get(copy.getFileName().toString())).toString();
        }
      }
      variables.put(variable.getName(), value);
    }
    return variables;
  }

  /** What Kubernetes sets in pods of its namespace that ask for it, as is its default. */
  private static void addServiceLinks(Map<String, String> variables, String service) {
    for (String name : List.of(service, "serp-server")) {
      String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
      variables.put(prefix + "SERVICE_HOST", "10.0.0.1");
      variables.put(prefix + "SERVICE_PORT_HTTP", "8084");
      variables.put(prefix + "PORT", "tcp://10.0.0.1:8084");
      variables.put(prefix + "PORT_8084_TCP_ADDR", "10.0.0.1");
    }
  }

  private static void replace(Map<String, String> variables, String name, String value) {
    assertTrue(variables.replace(name, value) != null, name + " is missing");
  }
}
