package io.serproutes.items;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Lets Camel convert an {@link ItemBatch} to bytes, a stream or text: one JSON array, an item a
 * line. So a step that is added to a route can log it or send it to any endpoint.
 *
 * <p>Registered by hand: for an annotation every host would have to scan. The array must fit into
 * memory.
 */
public final class BatchConverters implements CamelContextAware {

  private CamelContext context;

  /** Converters that wait for their context. */
  public BatchConverters() {}

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (camelContext == context) {
      return; // told twice
    }
    context = camelContext;
    add(byte[].class, bytes -> bytes);
    add(InputStream.class, ByteArrayInputStream::new);
    add(String.class, bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private interface OfBytes {
    Object make(byte[] bytes);
  }

  private void add(Class<?> to, OfBytes made) {
    TypeConverterRegistry registry = context.getTypeConverterRegistry();
    registry.addTypeConverter(
        to,
        ItemBatch.class,
        new SimpleTypeConverter(
            false, (type, exchange, value) -> made.make(bytes((ItemBatch) value))));
  }

  private static byte[] bytes(ItemBatch batch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    batch.writeTo(bytes);
    return bytes.toByteArray();
  }
}
