package io.serproutes.page;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes the body of an answer from a thread that may wait. It waits until a block has gone to the
 * network, so that a slow reader takes no memory; one that takes no block for a minute is given up.
 */
final class ResponseStream extends OutputStream {

  private static final int BLOCK = 64 * 1024;
  private static final int PATIENCE_SECONDS = 60;

  private final Context context;
  private final HttpServerResponse response;
  private Buffer block = Buffer.buffer(BLOCK);

  ResponseStream(Context context, HttpServerResponse response) {
    this.context = context;
    this.response = response;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, BLOCK - block.length());
      block.appendBytes(bytes, offset + done, part);
      done += part;
      if (block.length() == BLOCK) {
        send();
      }
    }
  }

  private void send() throws IOException {
    Buffer full = block;
    block = Buffer.buffer(BLOCK);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    context.runOnContext(
        now ->
            response.write(full).onSuccess(sent::complete).onFailure(sent::completeExceptionally));
    try {
      sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the reader is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Sends what is left; the answer is not ended. */
  @Override
  public void close() throws IOException {
    if (block.length() > 0) {
      send();
    }
  }
}
