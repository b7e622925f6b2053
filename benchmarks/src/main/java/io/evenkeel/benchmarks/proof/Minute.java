package io.evenkeel.benchmarks.proof;

import java.time.Instant;

/**
 * One minute of one series, whichever replica slot the product put it in.
 *
 * @param service {@code ServiceKey.id()}
 * @param metric metric name
 * @param attributes point attributes in canonical form
 * @param start start of the minute
 */
record Minute(String service, String metric, String attributes, Instant start) {}
