/**
 * A stand-in for the API on localhost: same path, authentication, envelope and gzip, and ids that
 * spell the failure they want.
 *
 * <p>Start at {@code routes/server/sandbox.camel.yaml}, then {@link
 * io.serproutes.sandbox.SandboxApi}, then a class for each function of the API, such as {@code
 * TaskGet}, with {@code TaskEnvelope} for the members around every result, and {@code SandboxId}
 * for what an id means. {@link io.serproutes.sandbox.SandboxServer} runs it in a process of its
 * own.
 */
package io.serproutes.sandbox;
