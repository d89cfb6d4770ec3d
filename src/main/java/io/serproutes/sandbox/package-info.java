/**
 * A stand-in for the API on localhost: same path, authentication, envelope and gzip, and ids that
 * spell the failure they want.
 *
 * <p>Start at {@code routes/sandbox.camel.yaml}, then {@link io.serproutes.sandbox.SandboxApi},
 * then {@code SandboxId} for what an id means, {@code FailureBodies} and {@code ResultBodies} for
 * what is sent back. {@link io.serproutes.sandbox.SandboxServer} runs it in a process of its own,
 * with call statistics.
 */
package io.serproutes.sandbox;
