package io.evenkeel.console.postgres;

import io.evenkeel.console.incident.AuditRow;
import io.evenkeel.console.incident.PostmortemRow;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The audit log and the postmortem drafts. */
public final class PostgresRecords {
    private final JdbcClient jdbc;

    public PostgresRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Audit entries with a lower number than {@code before}, the newest first. */
    public List<AuditRow> auditBefore(long before, int limit) {
        return jdbc.sql("select * from console_audit where seq < :before order by seq desc limit :limit")
                .param("before", before)
                .param("limit", limit)
                .query((row, index) -> new AuditRow(
                        row.getLong("seq"),
                        Rows.instant(row, "at"),
                        row.getString("actor"),
                        row.getString("action"),
                        row.getString("subject"),
                        row.getString("detail"),
                        row.getString("hash")))
                .list();
    }

    public Optional<PostmortemRow> postmortem(long incident) {
        return jdbc.sql("select * from console_postmortem where incident = :incident")
                .param("incident", incident)
                .query((row, index) -> new PostmortemRow(
                        row.getLong("incident"),
                        row.getString("markdown"),
                        row.getString("html"),
                        Rows.instant(row, "generated_at"),
                        row.getInt("revision")))
                .optional();
    }
}
