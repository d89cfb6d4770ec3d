package io.serproutes;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The keys as {@code config/application.properties} has them, and what is made of that file: the
 * table of the docs, and the metadata that IDEs read.
 */
final class KeyFile {

  private static final Path CONFIG = Path.of("config/application.properties");
  private static final Pattern CHOICES = Pattern.compile(" is not one of (.+)$");
  private static final String CLIENT_PROPERTIES = "serp.kafka.properties";

  /** A line of the file; a section has no value and no meaning, a group of keys no value. */
  private record Line(String name, String value, String meaning) {

    boolean isSection() {
      return meaning == null;
    }
  }

  private final List<Line> lines = new ArrayList<>();

  private KeyFile() {}

  static KeyFile read() {
    KeyFile file = new KeyFile();
    List<String> comment = new ArrayList<>();
    for (String line : lines(CONFIG)) {
      if (line.startsWith("# ---")) {
        file.lines.add(new Line(line.replaceAll("[#-]+ ?", "").strip(), null, null));
      } else if (line.startsWith("#")) {
        comment.add(line.substring(1).strip());
      } else if (!line.isEmpty()) {
        String[] entry = line.split("=", 2);
        file.lines.add(new Line(entry[0], entry[1], String.join(" ", comment)));
      }
      if (!line.startsWith("#") || line.startsWith("# " + CLIENT_PROPERTIES)) {
        file.addClientProperties(comment);
        comment.clear();
      }
    }
    return file;
  }

  private void addClientProperties(List<String> comment) {
    if (!comment.isEmpty() && comment.get(0).startsWith(CLIENT_PROPERTIES)) {
      lines.add(new Line(CLIENT_PROPERTIES, null, String.join(" ", comment)));
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table of {@code src/docs/configuration.md}. */
  String table() {
    StringBuilder table = new StringBuilder("\n| key | default | meaning |\n|---|---|---|\n");
    for (Line line : lines) {
      if (line.isSection()) {
        table.append("| **").append(line.name).append("** | | |\n");
      } else if (line.value != null) {
        String value = line.value.isEmpty() ? "none" : '`' + line.value + '`';
        String meaning = line.meaning.replace("|", "\\|");
        table.append("| `%s` | %s | %s |\n".formatted(line.name, value, meaning));
      }
    }
    return table.toString();
  }

  /** What {@code META-INF/spring-configuration-metadata.json} holds. */
  String metadata() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode all = json.createObjectNode();
    ArrayNode properties = all.putArray("properties");
    ArrayNode hints = all.putArray("hints");
    for (Line line : lines) {
      if (line.isSection()) {
        continue;
      }
      ObjectNode property = properties.addObject().put("name", line.name);
      if (line.value == null) {
        property.put("type", "java.util.Map<java.lang.String,java.lang.String>");
        property.put("description", line.meaning);
        continue;
      }
      String type = type(line.name);
      property.put("type", type).put("description", line.meaning);
      putDefault(property, type, line.value);
      List<String> choices = choices(line.name);
      if (!choices.isEmpty()) {
        ObjectNode hint = hints.addObject().put("name", line.name);
        ArrayNode values = hint.putArray("values");
        choices.forEach(choice -> values.addObject().put("value", choice));
        if (line.name.equals(Keys.TO.name())) {
          hint.putArray("providers").addObject().put("name", "any");
        }
      }
    }
    try {
      DefaultIndenter indent = new DefaultIndenter("  ", "\n");
      return json.writer(
                  new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent))
              .writeValueAsString(all)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void putDefault(ObjectNode property, String type, String value) {
    if (value.isEmpty()) {
      return;
    }
    switch (type) {
      case "java.lang.Boolean" -> property.put("defaultValue", Boolean.parseBoolean(value));
      case "java.lang.Integer" -> property.put("defaultValue", Integer.parseInt(value));
      case "java.util.List<java.lang.String>" -> {
        ArrayNode parts = property.putArray("defaultValue");
        Stream.of(value.split(",")).forEach(parts::add);
      }
      default -> property.put("defaultValue", value);
    }
  }

  /**
   * The type that an IDE checks a text by. Sizes are texts to it: Spring's own type does not know
   * {@code KiB}.
   */
  private static String type(String name) {
    Type type = typeOf(name);
    if (type == Duration.class || type == Integer.class || type == Boolean.class) {
      return ((Class<?>) type).getName();
    }
    boolean isList = type instanceof ParameterizedType many && many.getRawType() == List.class;
    return isList ? "java.util.List<java.lang.String>" : String.class.getName();
  }

  /** The {@code T} of the constant of this {@link Key}. */
  private static Type typeOf(String name) {
    for (Field constant : Keys.class.getFields()) {
      try {
        if (constant.get(null) instanceof Key<?> key && key.name().equals(name)) {
          return ((ParameterizedType) constant.getGenericType()).getActualTypeArguments()[0];
        }
        if (constant.get(null) instanceof Map<?, ?> keys
            && keys.values().stream().anyMatch(key -> key.toString().equals(name))) {
          return String.class;
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException(name + " has no constant in Keys");
  }

  /** The words that a key accepts, as its refusal names them; none where it accepts any. */
  private static List<String> choices(String name) {
    if (name.equals(Keys.TO.name())) {
      return List.of("files", "kafka", "endpoints"); // and the names of files of one's own
    }
    Key<?> key = Keys.named(name);
    try {
      key.read("?");
    } catch (IllegalSettingException e) {
      Matcher words = CHOICES.matcher(e.getMessage());
      return words.find() ? List.of(words.group(1).split(", ")) : List.of();
    }
    return List.of();
  }
}
