package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.TrustLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads grants.yaml. */
final class GrantsReader {
    private final Problems problems;

    GrantsReader(Problems problems) {
        this.problems = problems;
    }

    List<Grant> read(YamlNode root) {
        YamlMap document = Document.open(root, "Grants", problems);
        document.optional("metadata");
        List<Grant> grants = new ArrayList<>();
        for (YamlMap each : document.maps("grants", "a grant")) {
            String runbook = each.text("runbook");
            String environment = each.text("environment");
            each.required("level", "observe, suggest, approve, auto-after-veto or auto");
            TrustLevel level = each.word("level", TrustLevel.class, TrustLevel.OBSERVE);
            each.required("until", "the day it ends, such as 2027-01-31");
            Optional<Instant> until = each.instant("until");
            String by = each.text("by");
            String reason = each.text("reason");
            boolean uncalibrated = each.flag("acceptsUncalibrated", false);
            double minConfidence = each.number("minConfidence", 0, 1, Double.NaN);
            Duration veto = each.duration("vetoWindow", Duration.ofMinutes(5));
            each.finish();
            grants.add(new Grant(
                    runbook,
                    environment,
                    level,
                    until.orElse(Instant.EPOCH),
                    by,
                    reason,
                    uncalibrated,
                    minConfidence,
                    veto,
                    root.file(),
                    each.line()));
        }
        document.finish();
        return grants;
    }
}
