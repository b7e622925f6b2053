package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Runbook;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Which configuration is in force, and what is wrong with the directory if it is not the newest. */
public final class PostgresConfigState {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresAuditLog audit;
    private final PostgresTimeline timeline;

    public PostgresConfigState(
            JdbcClient jdbc, TransactionTemplate transactions, PostgresAuditLog audit, PostgresTimeline timeline) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
        this.timeline = timeline;
    }

    /** A directory came into force. */
    public void loaded(Configuration configuration) {
        transactions.executeWithoutResult(status -> {
            for (Runbook runbook : configuration.runbooks().values()) {
                jdbc.sql("""
                        insert into runbook_version (hash, name, source) values (:hash, :name, :source)
                        on conflict (hash) do update set loaded_at = clock_timestamp()""")
                        .param("hash", runbook.hash())
                        .param("name", runbook.name())
                        .param("source", runbook.source())
                        .update();
            }
            @Nullable
            String before = jdbc.sql("select hash from config_state where id = 1")
                    .query(String.class)
                    .optional()
                    .orElse(null);
            jdbc.sql("""
                    insert into config_state (id, hash, loaded_at, error) values (1, :hash, clock_timestamp(), null)
                    on conflict (id) do update set hash = excluded.hash, loaded_at = excluded.loaded_at, error = null""").param("hash", configuration.hash()).update();
            timeline.announceAll("config");
            if (!configuration.hash().equals(before)) {
                audit.append(
                        "evenkeel",
                        "config.load",
                        "config:" + configuration.hash(),
                        Map.of(
                                "runbooks",
                                        configuration.runbooks().keySet().stream()
                                                .sorted()
                                                .toList(),
                                "grants", configuration.grants().size(),
                                "policy", configuration.policy().version()));
            }
        });
    }

    /** A directory is wrong; what was in force stays so. */
    public void refused(String error) {
        jdbc.sql("""
                insert into config_state (id, hash, loaded_at, error) values (1, '', clock_timestamp(), :error)
                on conflict (id) do update set error = excluded.error""").param("error", error).update();
        timeline.announceAll("config");
    }
}
