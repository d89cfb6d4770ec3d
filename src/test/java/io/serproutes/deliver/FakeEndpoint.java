package io.serproutes.deliver;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultEndpoint;

/** An endpoint of a host that gives each exchange to a test, which says when it is done. */
final class FakeEndpoint extends DefaultEndpoint implements EndpointServiceLocation {

  /** What receives an exchange; the same as {@link org.apache.camel.AsyncProcessor#process}. */
  @FunctionalInterface
  interface Receiver {
    boolean process(Exchange exchange, AsyncCallback callback);
  }

  private final String uri;
  private final String protocol;
  private final Receiver receiver;

  /** An endpoint of this context from now on. */
  FakeEndpoint(CamelContext context, String uri, String protocol, Receiver receiver)
      throws Exception {
    this.uri = uri;
    this.protocol = protocol;
    this.receiver = receiver;
    setCamelContext(context);
    context.addEndpoint(uri, this);
  }

  @Override
  protected String createEndpointUri() {
    return uri;
  }

  @Override
  public String getServiceUrl() {
    return "localhost:1";
  }

  @Override
  public String getServiceProtocol() {
    return protocol;
  }

  @Override
  public Producer createProducer() {
    return createAsyncProducer();
  }

  @Override
  public AsyncProducer createAsyncProducer() {
    return new DefaultAsyncProducer(this) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        return receiver.process(exchange, callback);
      }
    };
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException();
  }
}
