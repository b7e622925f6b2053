package io.evenkeel.remediation.runbook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people decided, valid as a whole.
 *
 * @param hash SHA-256 over all files, hex
 * @param runbooks by name
 * @param policy what may be done
 * @param grants who may go how far
 * @param endpoints addresses by name
 */
public record Configuration(
        String hash,
        Map<String, Runbook> runbooks,
        Policy policy,
        List<Grant> grants,
        Map<String, Endpoint> endpoints) {
    public Configuration {
        runbooks = Map.copyOf(runbooks);
        grants = List.copyOf(grants);
        endpoints = Map.copyOf(endpoints);
    }

    public static Configuration empty() {
        return new Configuration("empty", Map.of(), Policy.none(), List.of(), Map.of());
    }

    /** The widest grant in force for a runbook in an environment. */
    public Optional<Grant> grant(String runbook, String environment, Instant now) {
        return grants.stream()
                .filter(grant -> grant.runbook().equals(runbook)
                        && grant.environment().equals(environment)
                        && grant.until().isAfter(now))
                .max(java.util.Comparator.comparing(Grant::level));
    }
}
