/**
 * A stand-in for the API on localhost: the same paths, authentication, envelope and gzip, tasks
 * that can be posted, listed and collected, and ids whose digits spell a failure.
 *
 * <p>Start at {@code routes/server/sandbox.camel.yaml}, then {@link
 * io.serproutes.sandbox.SandboxApi}, then a class for each function of the API, such as {@code
 * TaskGet}. {@code PostedTasks} keeps what was posted, {@code WebhookSender} sends pingbacks and
 * postbacks, {@code TaskResults} makes up results, {@code TaskEnvelope} the members around them,
 * and {@code SandboxId} knows what an id spells. {@link io.serproutes.sandbox.SandboxServer} runs
 * it all in a process of its own.
 */
package io.serproutes.sandbox;
