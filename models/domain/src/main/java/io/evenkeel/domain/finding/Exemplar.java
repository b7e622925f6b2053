package io.evenkeel.domain.finding;

import java.time.Instant;

/**
 * One request that shows the deviation.
 *
 * @param traceId 32 lower-case hex digits
 * @param spanId 16 lower-case hex digits
 * @param time start of the span
 * @param operation span name
 * @param durationSeconds duration, s
 * @param status {@code ok} or the error type, such as {@code 500} or {@code java.net.http.HttpTimeoutException}
 */
public record Exemplar(
        String traceId, String spanId, Instant time, String operation, double durationSeconds, String status) {}
