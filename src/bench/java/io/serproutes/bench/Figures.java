package io.serproutes.bench;

/**
 * What one run took.
 *
 * @param first seconds from the start of the process to the first item
 * @param last seconds from the start of the process to the last item or receipt
 * @param cpu seconds of processor time
 * @param peak MiB resident at most
 * @param allocated MiB of heap, or 0 where it was not asked for
 * @param answers calls that the API answered
 * @param minute the most calls in any 60 s
 */
record Figures(
    int ids,
    double first,
    double last,
    double cpu,
    double peak,
    double allocated,
    long answers,
    int minute) {

  double rate() {
    return ids / (last - first);
  }
}
