package io.serproutes.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Turns a {@link SandboxAnswer} in the body into an HTTP response, gzipped where the request
 * accepts it and the body is large enough; nothing of the request is sent back.
 *
 * <p>The body becomes a {@link ByteBuffer}: Camel's server (4.18.0) writes one at once and with its
 * length, but pumps a byte array through a stream, 8 KiB at a time.
 */
public final class SandboxReply implements Processor {

  private static final int WORTH_GZIP = 1024;
  private static final Pattern GZIP =
      Pattern.compile("(?i)(?:^|,)\\s*gzip\\s*(?:;\\s*q=(?:1|0\\.0*[1-9])[.0-9]*\\s*)?(?:,|$)");

  @Override
  public void process(Exchange exchange) {
    Message message = exchange.getMessage();
    SandboxAnswer answer = message.getBody(SandboxAnswer.class);
    boolean gzip =
        answer.body().length >= WORTH_GZIP
            && acceptsGzip(message.getHeader("Accept-Encoding", String.class));
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.http());
    message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
    if (gzip) {
      message.setHeader(Exchange.CONTENT_ENCODING, "gzip");
    }
    if (answer.http() == 401) {
      message.setHeader("WWW-Authenticate", "Basic realm=\"DataForSEO REST API\"");
    } else if (answer.http() == 429) {
      message.setHeader("Retry-After", "1");
    }
    message.setBody(ByteBuffer.wrap(gzip ? gzip(answer.body()) : answer.body()));
  }

  private static boolean acceptsGzip(String acceptEncoding) {
    return acceptEncoding != null && GZIP.matcher(acceptEncoding).find();
  }

  static byte[] gzip(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }
}
