/**
 * What is known about a running core: counts, metrics and health.
 *
 * <ol>
 *   <li>{@link io.serproutes.observe.Tally} counts outcomes and items, and logs dead letters.
 *   <li>{@link io.serproutes.observe.Metrics} registers meters with Micrometer, where it is there.
 *   <li>{@link io.serproutes.observe.CircuitHealth} is readiness and {@link
 *       io.serproutes.observe.LoopHealth} liveness, as checks of Camel.
 * </ol>
 */
package io.serproutes.observe;
