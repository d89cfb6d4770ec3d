package io.serproutes.sandbox;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/** Counts the calls of a route; a call is in flight until its answer is ready to be written. */
final class CallLog extends RoutePolicySupport {
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger maxInFlight = new AtomicInteger();
  private final SlidingCount perMinute = new SlidingCount(System::nanoTime);
  private final Map<String, LongAdder> perStatus = new ConcurrentSkipListMap<>();
  private final Map<UUID, Integer> perId;

  /**
   * @param countIds whether to keep a count for each id, some 100 bytes an id
   */
  CallLog(boolean countIds) {
    this.perId = countIds ? new ConcurrentHashMap<>() : null;
  }

  @Override
  public void onExchangeBegin(Route route, Exchange exchange) {
    calls.incrementAndGet();
    perMinute.add();
    maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    SandboxId id =
        perId == null ? null : SandboxId.of(exchange.getMessage().getHeader("id", String.class));
    if (id != null) {
      perId.merge(UUID.fromString(id.text()), 1, Integer::sum);
    }
  }

  @Override
  public void onExchangeDone(Route route, Exchange exchange) {
    inFlight.decrementAndGet();
    String status =
        exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)
            + "/"
            + exchange.getProperty(SandboxReply.CODE);
    perStatus.computeIfAbsent(status, first -> new LongAdder()).increment();
  }

  /**
   * One JSON object; {@code per_status} counts by HTTP status and status code, such as {@code
   * "200/40602"}; {@code asked_more_than_once} is null where ids are not counted.
   */
  String stats() {
    String statuses =
        perStatus.entrySet().stream()
            .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
            .collect(Collectors.joining(","));
    return "{\"calls\":"
        + calls
        + ",\"max_in_flight\":"
        + maxInFlight
        + ",\"calls_in_any_60s_max\":"
        + perMinute.most()
        + ",\"asked_more_than_once\":"
        + (perId == null ? null : perId.values().stream().filter(count -> count > 1).count())
        + ",\"per_status\":{"
        + statuses
        + "}}\n";
  }

  /** A JSON object a line for each id asked at least so often; empty where ids are not counted. */
  String asked(int min) {
    return perId == null
        ? ""
        : perId.entrySet().stream()
            .filter(entry -> entry.getValue() >= min)
            .map(e -> "{\"id\":\"" + e.getKey() + "\",\"count\":" + e.getValue() + "}\n")
            .collect(Collectors.joining());
  }
}
