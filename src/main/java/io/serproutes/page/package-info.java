/**
 * The page of a program that keeps running, and the requests behind it, on the server of health and
 * metrics. Loaded by the program only; a host gets no page.
 *
 * <p>Read {@link io.serproutes.page.Page}, which names every request; {@link
 * io.serproutes.page.Guard}, which decides who may send it; then {@link
 * io.serproutes.page.StatusReport} and {@link io.serproutes.page.History} for what is shown, and
 * {@link io.serproutes.page.Actions} and {@link io.serproutes.page.GivenFiles} for what is done.
 */
package io.serproutes.page;
