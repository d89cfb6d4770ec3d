package io.serproutes.bench.baseline;

import java.io.IOException;
import java.util.Base64;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.TimeValue;

/** GET of a task, with the client that camel-http uses, set up for this one host. */
final class TaskGet {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular/";
  private static final String CREDENTIALS =
      "Basic " + Base64.getEncoder().encodeToString("sandbox:sandbox".getBytes());

  private static final int MOST_CALLS = 6;

  private final String api;
  private final CloseableHttpClient client;

  TaskGet(String api, int concurrency) {
    this.api = api;
    this.client =
        HttpClients.custom()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(concurrency)
                    .setMaxConnTotal(concurrency)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND)
                            .build())
                    .build())
            .build();
  }

  /** The answer; a call whose connection is dropped is made again, up to {@link #MOST_CALLS}. */
  byte[] body(String id) throws IOException {
    HttpGet get = new HttpGet(api + PATH + id);
    get.setHeader("Authorization", CREDENTIALS);
    for (int call = 1; ; call++) {
      try {
        return client.execute(get, response -> EntityUtils.toByteArray(response.getEntity()));
      } catch (IOException e) {
        if (call == MOST_CALLS) {
          throw e;
        }
      }
    }
  }
}
