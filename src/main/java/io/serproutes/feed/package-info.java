/**
 * Feeders: they turn a signal of the vendor into an id that is durably kept in another source, and
 * never ask for a task themselves.
 */
package io.serproutes.feed;
