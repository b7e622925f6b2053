package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A change of {@code service.version}, as seen in telemetry. */
final class VersionChange {
    private VersionChange() {}

    /**
     * @param atMillis when the first process of the new version began
     * @param back true when the version is the one before the last
     */
    static Change of(ServiceKey service, String from, String to, long atMillis, boolean back) {
        Instant at = Instant.ofEpochMilli(atMillis);
        String minute = at.truncatedTo(ChronoUnit.MINUTES).toString();
        return new Change(
                "deploy:" + service.id() + ':' + to + ':' + minute,
                service,
                back ? ChangeKind.ROLLBACK : ChangeKind.DEPLOY,
                from,
                to,
                at,
                "service.version",
                (back ? "Roll back " : "Deploy ") + service.name() + ' ' + to);
    }
}
