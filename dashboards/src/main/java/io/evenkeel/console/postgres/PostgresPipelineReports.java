package io.evenkeel.console.postgres;

import io.evenkeel.domain.telemetry.PipelineReport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What each part of the pipeline last told of itself. */
public final class PostgresPipelineReports {
    private final JdbcClient jdbc;

    public PostgresPipelineReports(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The latest report of each part that ever told, by its name; {@code at} is when it arrived, by the database's clock. */
    public Map<String, PipelineReport> byPart() {
        return jdbc
                .sql("select * from console_pipeline")
                .query((row, index) -> new PipelineReport(
                        row.getString("part"),
                        Rows.instant(row, "since"),
                        Rows.instant(row, "arrived_at"),
                        List.of(Objects.requireNonNull(Rows.json(row, "counts", PipelineReport.Count[].class))),
                        Rows.instantOrNull(row, "newest_data"),
                        row.getLong("waiting")))
                .list()
                .stream()
                .collect(Collectors.toMap(PipelineReport::part, Function.identity()));
    }
}
