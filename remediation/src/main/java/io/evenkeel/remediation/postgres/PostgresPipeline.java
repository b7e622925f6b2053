package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.telemetry.PipelineReport;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcOperations;

/** What each part of the pipeline last told of itself. */
public final class PostgresPipeline {
    private final JdbcOperations jdbc;
    private final InstantSource clock;

    public PostgresPipeline(JdbcOperations jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Keeps the latest report of each part. One that was told at a time still to come is of a clock that has been set back
     * since, and gives way to whatever is told now: the part would else be silent until its clock has caught up.
     *
     * @throws io.evenkeel.remediation.incident.UnstorableException when the database refuses one of them
     */
    public void store(List<PipelineReport> reports) {
        Map<String, PipelineReport> latest = new HashMap<>();
        for (PipelineReport report : reports) {
            latest.merge(report.part(), report, (a, b) -> b.at().isBefore(a.at()) ? a : b);
        }
        List<PipelineReport> ordered = latest.values().stream()
                .sorted(Comparator.comparing(PipelineReport::part))
                .toList();
        Refusals.translating(
                "pipeline reports",
                () -> jdbc.batchUpdate("""
                insert into pipeline_report as p (part, since, at, arrived_at, newest_data, waiting, counts)
                values (?, ?, ?, ?, ?, ?, ?::jsonb)
                on conflict (part) do update
                   set since = excluded.since, at = excluded.at, arrived_at = excluded.arrived_at,
                       newest_data = excluded.newest_data, waiting = excluded.waiting, counts = excluded.counts
                 where excluded.at >= p.at or p.at > excluded.arrived_at""", ordered, 100, (statement, report) -> {
                    statement.setString(1, report.part());
                    statement.setObject(2, Times.of(report.since()));
                    statement.setObject(3, Times.of(report.at()));
                    statement.setObject(4, Times.of(clock.instant()));
                    statement.setObject(5, Times.orNull(report.newestData()));
                    statement.setLong(6, report.waiting());
                    statement.setString(7, Json.of(report.counts()));
                }));
    }
}
