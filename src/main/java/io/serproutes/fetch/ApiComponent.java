package io.serproutes.fetch;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;

/**
 * {@code serp-http:ADDRESS} is Camel's HTTP endpoint with its options, and with nothing that a host
 * sets for the calls of its own: such a setting may log the credentials, pass them on to another
 * address, or keep back the HTTP status.
 */
public final class ApiComponent extends DefaultComponent {

  // no component of the context, and no HttpComponent, either: Spring Boot sets all of that type
  private final HttpComponent http = new HttpComponent();

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    http.setCamelContext(getCamelContext());
    ServiceHelper.initService(http);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    ServiceHelper.startService(http);
  }

  @Override
  protected void doStop() throws Exception {
    ServiceHelper.stopService(http);
    super.doStop();
  }

  @Override
  public Endpoint createEndpoint(String uri, Map<String, Object> parameters) throws Exception {
    return http.createEndpoint(uri, parameters);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
    throw new UnsupportedOperationException("made by createEndpoint(uri, parameters)");
  }
}
