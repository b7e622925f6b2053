package io.evenkeel.console.incident;

/**
 * How long it took to find and to mitigate what paged, over 30 days. Mitigated counts from the onset until the harmed
 * signal was back in its band.
 *
 * @param found how many incidents
 * @param foundHalfSeconds median, s; NaN for none
 * @param foundMostSeconds 90th percentile, s; NaN for none
 * @param mitigated how many of them were mitigated
 * @param mitigatedHalfSeconds median, s; NaN for none
 * @param mitigatedMostSeconds 90th percentile, s; NaN for none
 */
public record Clocks(
        int found,
        double foundHalfSeconds,
        double foundMostSeconds,
        int mitigated,
        double mitigatedHalfSeconds,
        double mitigatedMostSeconds) {}
