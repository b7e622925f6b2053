package io.evenkeel.remediation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.PipelineReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresPipelineTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Instant now = NOON;

    private static PipelineReport told(Instant at, long waiting) {
        return new PipelineReport(PipelineReport.DOOR, NOON.minusSeconds(3600), at, List.of(), null, waiting);
    }

    @Test
    void theLaterReportCounts_butForOneOfAClockThatWasSetBackSince() {
        try (TestPostgres.Database database = TestPostgres.shared().createDatabase()) {
            PostgresPipeline pipeline = new PostgresPipeline(new JdbcTemplate(database.dataSource()), () -> now);

            pipeline.store(List.of(told(NOON, 1)));
            now = NOON.plusSeconds(1);
            pipeline.store(List.of(told(NOON.minusSeconds(5), 2)));
            assertThat(waiting(database)).as("read a second time").isEqualTo(1);

            now = NOON.minusSeconds(600);
            pipeline.store(List.of(told(now, 3)));
            assertThat(waiting(database)).as("the clock was set back").isEqualTo(3);
        }
    }

    private static long waiting(TestPostgres.Database database) {
        return database.jdbc()
                .sql("select waiting from console_pipeline")
                .query(Long.class)
                .single();
    }
}
