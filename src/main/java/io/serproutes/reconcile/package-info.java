/**
 * The command {@code reconcile}: whether every task that the vendor finished has ended here.
 *
 * <ol>
 *   <li>{@link io.serproutes.reconcile.Reconciliation} is the order of what is looked at.
 *   <li>{@code IdListClient} reads the vendor's list, page by page; {@code Engine} knows which rows
 *       are ours.
 *   <li>{@link io.serproutes.reconcile.Findings} is what is known of each id; {@link
 *       io.serproutes.reconcile.Report} writes it.
 * </ol>
 */
package io.serproutes.reconcile;
