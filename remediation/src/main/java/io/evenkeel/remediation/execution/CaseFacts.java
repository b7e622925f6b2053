package io.evenkeel.remediation.execution;

import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.remediation.runbook.Facts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A repair case in the words that expressions use. */
final class CaseFacts {
    private CaseFacts() {}

    /** Facts of the incident, its first suspect and the suspect's latest change. */
    static Facts of(RepairCase given) {
        Map<String, Object> values = new HashMap<>();
        values.put("env", given.environment());
        values.put("incident.number", given.number());
        values.put("incident.severity", given.severity().name().toLowerCase(Locale.ROOT));
        values.put("incident.pages", given.pages());
        values.put(
                "incident.ageSeconds",
                Duration.between(given.onset(), given.now()).toSeconds());
        Harm harm = given.harm();
        values.put("incident.affectedPerSecond", harm == null ? 0.0 : harm.affectedPerSecond());
        Suspect suspect = given.suspect();
        if (suspect != null) {
            String instance = suspect.instance();
            values.put("cause.kind", suspect.cause().word());
            values.put("cause.confidence", suspect.confidence());
            values.put("cause.calibrated", suspect.calibrated());
            values.put("cause.entity", suspect.service().name());
            values.put("cause.service", suspect.service().name());
            values.put("cause.namespace", suspect.service().namespace());
            values.put("cause.instance", instance == null ? "" : instance);
            values.put("cause.suffers", suspect.suffers());
            values.put("cause.share", suspect.share());
        }
        Change change = given.change();
        values.put("change.exists", change != null);
        values.put("change.kind", change == null ? "" : change.kind().name().toLowerCase(Locale.ROOT));
        values.put("change.fromVersion", change == null ? "" : change.fromVersion());
        values.put("change.toVersion", change == null ? "" : change.toVersion());
        if (change != null) {
            values.put(
                    "change.ageSeconds",
                    Duration.between(change.at(), given.now()).toSeconds());
        }
        return Facts.of(values);
    }

    static Facts with(Facts facts, String runbook, Risk risk) {
        return facts.with(Map.of("runbook", runbook, "risk", risk.name().toLowerCase(Locale.ROOT)));
    }
}
