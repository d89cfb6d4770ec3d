/**
 * The feeder that the vendor calls when a task is finished: a server of its own takes the signal, a
 * route keeps its id, and only then the call is answered with 200. Read {@link
 * io.serproutes.feed.webhooks.SignalServer} first, then {@link
 * io.serproutes.feed.webhooks.SignalCheck} and {@link io.serproutes.feed.webhooks.SignalConsumer}.
 */
package io.serproutes.feed.webhooks;
