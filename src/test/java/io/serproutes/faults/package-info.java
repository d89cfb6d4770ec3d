/**
 * Random work under random faults, drawn from a seed, and what must hold afterwards.
 *
 * <p>Reading order: {@link io.serproutes.faults.Plan} is what a seed says: ids, how they are given,
 * and a schedule of faults. {@link io.serproutes.faults.FaultRun} does it with real processes, lets
 * it end in peace and has it checked. {@link io.serproutes.faults.FaultyApi} is the API and the
 * witness of all calls, {@link io.serproutes.faults.MadeAnswer} an answer and the records that must
 * come of it. {@link io.serproutes.faults.Delivered} is what was found in files and topics, {@link
 * io.serproutes.faults.Checks} compares.
 */
package io.serproutes.faults;
