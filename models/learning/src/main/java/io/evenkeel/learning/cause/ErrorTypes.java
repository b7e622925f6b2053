package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How calls to a service fail, as their callers saw it, in counts of findings' error types and exemplars.
 *
 * @param timeouts calls that got no answer in time
 * @param refusals calls that nobody took: connection refused, reset, no host
 * @param answers calls that were answered with an error: the server was there and said so
 * @param other calls that failed in a way these words do not cover
 */
record ErrorTypes(int timeouts, int refusals, int answers, int other) {
    private static final String OK = "ok";

    private enum Way {
        TIMEOUT,
        REFUSAL,
        ANSWER,
        OTHER
    }

    static ErrorTypes of(Collection<Finding> callersFindings) {
        Map<Way, Integer> counts = callersFindings.stream()
                .flatMap(ErrorTypes::types)
                .filter(type -> !type.isBlank() && !type.equals(OK))
                .collect(Collectors.toMap(ErrorTypes::way, type -> 1, Integer::sum));
        return new ErrorTypes(
                counts.getOrDefault(Way.TIMEOUT, 0),
                counts.getOrDefault(Way.REFUSAL, 0),
                counts.getOrDefault(Way.ANSWER, 0),
                counts.getOrDefault(Way.OTHER, 0));
    }

    boolean mostlyRefused() {
        return refusals > timeouts && refusals >= answers;
    }

    boolean mostlyTimedOut() {
        return timeouts > 0 && timeouts >= refusals && timeouts >= answers;
    }

    boolean mostlyAnswered() {
        return answers > 0 && answers > timeouts + refusals;
    }

    private static Stream<String> types(Finding finding) {
        return Stream.concat(
                Stream.of(finding.attributes().getOrDefault(Trouble.ERROR_TYPE, "")),
                finding.exemplars().stream().map(Exemplar::status));
    }

    /** Words of the Java, Go, Node and Python clients and of gRPC status codes. */
    private static Way way(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (Stream.of("timeout", "timedout", "timed out", "deadline", "504").anyMatch(lower::contains)) {
            return Way.TIMEOUT;
        }
        if (Stream.of("connect", "refused", "reset", "unavailable", "unreachable", "unknownhost", "eof", "closed")
                .anyMatch(lower::contains)) {
            return Way.REFUSAL;
        }
        return lower.matches("[1-5]\\d\\d") ? Way.ANSWER : Way.OTHER;
    }
}
