package io.evenkeel.learning.baseline;

/** What kind of number is learned, which decides its natural noise and where its band may not reach. */
public enum BaselineKind {
    /** A gauge, a mean or anything else without a known noise. */
    LEVEL,
    /** Events per second; the weight of an observation is the seconds it covers, times the
     * share of the events that were seen where they are sampled. Counts scatter like a Poisson variable. */
    RATE,
    /** Share of requests, 0..1; the weight of an observation is its number of requests. Scatters like a binomial. */
    RATIO,
    /** A high percentile of durations, s; the weight of an observation is its number of requests. */
    DURATION
}
