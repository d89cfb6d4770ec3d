package io.serproutes.results;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.items.Answer;
import io.serproutes.items.Part;
import io.serproutes.items.Tokens;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * A file of items as it was when it was opened, whatever replaces it later: files are replaced as a
 * whole and never written again. Holds one block of it in memory.
 */
final class StoredItems extends Answer {

  private final FileChannel file;
  private final long length;
  private final ByteBuffer block = ByteBuffer.allocate(64 * 1024).limit(0);
  private long blockFrom;

  private StoredItems(FileChannel file) throws IOException {
    this.file = file;
    this.length = file.size();
  }

  /**
   * Opens a file.
   *
   * @throws java.nio.file.NoSuchFileException where there is none
   * @throws IOException where it cannot be read, or is no regular file
   */
  static StoredItems open(Path path) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw new IOException("it is no regular file"); // a pipe would be waited for
    }
    return new StoredItems(
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Passes on where each item lies, in order.
   *
   * @throws com.fasterxml.jackson.core.JacksonException where the file is no JSON array
   * @throws IOException where it cannot be read, or from the visitor
   */
  void forEach(ThrowingConsumer<Part, IOException> visitor) throws IOException {
    try (JsonParser json = parse(0, length)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("it holds no JSON array");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
          throw new IOException("it holds an item that is no JSON object");
        }
        visitor.accept(Tokens.skip(json));
      }
      if (json.nextToken() != null) {
        throw new IOException("something follows its JSON array");
      }
    }
  }

  @Override
  protected int read(long from, byte[] into, int offset, int most) throws IOException {
    if (from < blockFrom || from >= blockFrom + block.limit()) {
      load(from);
    }
    int at = (int) (from - blockFrom);
    int read = Math.min(most, block.limit() - at);
    block.get(at, into, offset, read);
    return read;
  }

  private void load(long from) throws IOException {
    block.clear();
    int read = file.read(block, from);
    block.flip();
    blockFrom = from;
    if (read < 0) {
      throw new EOFException("it ends before byte " + (from + 1));
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
