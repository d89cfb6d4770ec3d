/**
 * The program that runs the routes by itself. Nothing here is used in another platform.
 *
 * <ol>
 *   <li>{@link io.serproutes.program.Commands} reads the arguments and runs the command that they
 *       name.
 *   <li>{@code Program} is the command {@code run}, from its keys to its exit code; it stops
 *       cleanly on SIGTERM.
 *   <li>{@code StartUp} reads the keys, checks what surrounds the program, chooses the route files
 *       that {@code serp.from} and {@code serp.to} name, and tells Camel how to run; {@code
 *       ServerPorts} checks that its servers listen before a route consumes.
 *   <li>{@code Announcements} are the lines for the person at the console; on a terminal {@code
 *       StatusLine} redraws one, and log lines appear above it.
 *   <li>{@code RunOnce} ends a run once and knows its exit code.
 *   <li>{@code FatalErrorHandler} ends the program at an error it cannot survive; {@code
 *       WatchedThreadPools} and {@code FailedExchanges} report those that Camel keeps to itself.
 * </ol>
 */
package io.serproutes.program;
