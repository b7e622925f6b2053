package io.evenkeel.remediation.runbook;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What may be done at all. Without a rule that applies nothing acts.
 *
 * @param version SHA-256 of the file, part of what is approved
 * @param automaticConfidence calibrated confidence from which a runbook may act by itself, 0..1
 * @param maxDataAge telemetry older than this stops every new step
 * @param groups people by name of their group
 * @param rules in file order
 */
public record Policy(
        String version,
        double automaticConfidence,
        Duration maxDataAge,
        Map<String, List<String>> groups,
        List<PolicyRule> rules) {
    public Policy {
        groups = Map.copyOf(groups);
        rules = List.copyOf(rules);
    }

    /** In force when there is no file: nothing acts. */
    public static Policy none() {
        return new Policy("none", 0.8, Duration.ofSeconds(90), Map.of(), List.of());
    }
}
