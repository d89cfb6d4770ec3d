package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.InContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.camel.util.function.ThrowingFunction;

/**
 * Lets Camel convert an {@link ItemBatch} or an {@link ItemList} to bytes, a stream or text: one
 * JSON array, an item a line. So a step that is added to a route can log it or send it to any
 * endpoint.
 *
 * <p>Registered by hand: for an annotation every host would have to scan. The array must fit into
 * memory.
 */
public final class BatchConverters extends InContext {

  @Override
  protected void given(CamelContext context) {
    add(byte[].class, bytes -> bytes);
    add(InputStream.class, ByteArrayInputStream::new);
    add(String.class, bytes -> new String(bytes, UTF_8));
  }

  private <T> void add(Class<T> to, Function<byte[], T> made) {
    add(to, ItemBatch.class, batch -> made.apply(bytes(batch)));
    add(to, ItemList.class, list -> made.apply(list.toString().getBytes(UTF_8)));
  }

  private <F> void add(
      Class<?> to, Class<F> from, ThrowingFunction<F, Object, IOException> conversion) {
    getCamelContext()
        .getTypeConverterRegistry()
        .addTypeConverter(
            to,
            from,
            new SimpleTypeConverter(
                false, (type, exchange, value) -> conversion.apply(from.cast(value))));
  }

  private static byte[] bytes(ItemBatch batch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    batch.writeTo(bytes);
    return bytes.toByteArray();
  }
}
