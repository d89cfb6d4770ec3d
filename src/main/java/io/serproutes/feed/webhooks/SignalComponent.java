package io.serproutes.feed.webhooks;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code serp-webhooks:signals} hands a route what the vendor's calls say, as a list of {@link
 * Signal} and nothing else, and answers the calls by how the route ends.
 */
public final class SignalComponent extends DefaultComponent {

  private Settings settings;
  private Secrets secrets;
  private SignalCounts counts;
  private Postbacks postbacks;

  /** A component that needs all that can be set. */
  public SignalComponent() {}

  /** Sets where the keys {@code serp.webhooks.*} are. */
  public void setSettings(Settings newSettings) {
    settings = newSettings;
  }

  /** Sets what is left out when something from outside is quoted. */
  public void setSecrets(Secrets newSecrets) {
    secrets = newSecrets;
  }

  /** Sets what counts the calls. */
  public void setCounts(SignalCounts newCounts) {
    counts = newCounts;
  }

  /** Sets what stores the bodies of postbacks. */
  public void setPostbacks(Postbacks newPostbacks) {
    postbacks = newPostbacks;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
    return new SignalEndpoint(uri);
  }

  private final class SignalEndpoint extends DefaultEndpoint {

    SignalEndpoint(String uri) {
      super(uri, SignalComponent.this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
      Consumer consumer = new SignalConsumer(this, processor, settings, secrets, counts, postbacks);
      configureConsumer(consumer);
      return consumer;
    }

    @Override
    public Producer createProducer() {
      throw new UnsupportedOperationException("serp-webhooks gives signals, it takes none");
    }
  }
}
