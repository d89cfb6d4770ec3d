package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.Settings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.Socket;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The connections to the vendor's API, at most {@code serp.api.max-concurrent}.
 *
 * <p>They log nothing: the HTTP client's own connections log every header and byte at DEBUG,
 * credentials included, and a host may have its root logger at that level. A call is aborted if a
 * header line of its answer exceeds 64 KiB, there are over 1,000 of them, or its body is packed
 * more than once; the client's own connections would read on for ever.
 *
 * <p>An endpoint that stops closes none that is in use: others have them too, and after a reload of
 * all routes new ones.
 */
public final class ApiConnections extends PoolingHttpClientConnectionManager {

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(64 << 10).setMaxHeaderCount(1000).build();

  /** Connections that are opened on demand. */
  public ApiConnections(Settings settings) {
    super(
        new DefaultHttpClientConnectionOperator(
            null,
            null,
            RegistryBuilder.<TlsSocketStrategy>create()
                .register(URIScheme.HTTPS.id, tls(settings.get(Keys.BASE_URL)))
                .build()),
        PoolConcurrencyPolicy.STRICT,
        PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND,
        none -> new Quiet()); // it has no socket before it is connected
    int most = settings.get(Keys.MAX_CONCURRENT);
    setMaxTotal(most);
    setDefaultMaxPerRoute(most);
  }

  @Override
  public void close() {
    closeUnused();
  }

  @Override
  public void close(CloseMode mode) {
    closeUnused();
  }

  /** Closes those that no call has now. */
  void closeUnused() {
    closeIdle(TimeValue.ZERO_MILLISECONDS);
  }

  /** Closes all of them for good, with the context. */
  public void end() {
    super.close(CloseMode.GRACEFUL);
  }

  /**
   * The way of a call: straight, or by the proxy that the JVM's properties name for its address.
   */
  static HttpRoutePlanner routes() {
    return new SystemDefaultRoutePlanner(ProxySelector.getDefault());
  }

  // the trusted certificates are read at the start, where it would fail, or if somebody asks for
  // them: without an address that needs them they are a twentieth of the start
  private static TlsSocketStrategy tls(String address) {
    return address.startsWith("https:")
        ? DefaultClientTlsStrategy.createDefault()
        : (socket, target, port, attachment, context) ->
            DefaultClientTlsStrategy.createDefault()
                .upgrade(socket, target, port, attachment, context);
  }

  /** A connection that is used by one call after another, and may be closed by another thread. */
  private static final class Quiet extends DefaultBHttpClientConnection
      implements ManagedHttpClientConnection {

    private Timeout timeout = Timeout.ZERO_MILLISECONDS;
    private volatile boolean closed;

    Quiet() {
      super(BOUNDS, null, null, null, null, null, new DefaultHttpResponseParserFactory(BOUNDS));
    }

    // a call may be aborted while its connection is being made
    @Override
    protected void bind(SocketHolder holder) throws IOException {
      if (closed) {
        holder.getSocket().close();
        throw new InterruptedIOException("the call was aborted");
      }
      super.bind(holder);
      timeout = Timeout.ofMilliseconds(holder.getSocket().getSoTimeout());
    }

    // of what has come no deadline ends the unpacking, and each one multiplies it
    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
      ClassicHttpResponse response = super.receiveResponseHeader();
      Header packed = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
      if (packed != null && String.valueOf(packed.getValue()).contains(",")) {
        throw new MessageConstraintException("the answer is packed more than once");
      }
      return response;
    }

    @Override
    public Socket getSocket() {
      SocketHolder holder = getSocketHolder();
      return holder == null ? null : holder.getSocket();
    }

    @Override
    public void setSocketTimeout(Timeout newTimeout) {
      super.setSocketTimeout(newTimeout);
      timeout = newTimeout;
    }

    @Override
    public void passivate() {
      super.setSocketTimeout(Timeout.ZERO_MILLISECONDS);
    }

    @Override
    public void activate() {
      super.setSocketTimeout(timeout);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }

    @Override
    public void close(CloseMode mode) {
      closed = true;
      super.close(mode);
    }
  }
}
