package io.serproutes.fetch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * The body of an answer. Who reads it first, such as a step that logs it or a host's tracer, takes
 * nothing from {@link #whole}. Memory holds what has been read so; where nobody does, nothing.
 */
public final class AnswerBody extends InputStream {

  private final InputStream in;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream(0);

  AnswerBody(InputStream in) {
    this.in = in;
  }

  /** Makes the body of a response one of these. */
  static ClassicHttpResponse in(ClassicHttpResponse response) {
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      response.setEntity(
          new HttpEntityWrapper(entity) {
            @Override
            public InputStream getContent() throws IOException {
              InputStream content = super.getContent();
              return content == null ? null : new AnswerBody(content);
            }
          });
    }
    return response;
  }

  /** All of a body, what has been read of it included; of any other stream, what is left. */
  public static InputStream whole(InputStream body) {
    if (!(body instanceof AnswerBody answer)) {
      return body;
    }
    return answer.seen.size() == 0
        ? answer.in
        : new SequenceInputStream(new ByteArrayInputStream(answer.seen.toByteArray()), answer.in);
  }

  @Override
  public int read() throws IOException {
    int one = in.read();
    if (one >= 0) {
      seen.write(one);
    }
    return one;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = in.read(bytes, from, length);
    if (read > 0) {
      seen.write(bytes, from, read);
    }
    return read;
  }

  // no close: the rest is for whoever reads the whole, and ends with the call
}
