package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Runbook;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Every version of every runbook that was ever in force, so that a run can be read years later. */
public final class PostgresRunbooks {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresAuditLog audit;

    public PostgresRunbooks(JdbcClient jdbc, TransactionTemplate transactions, PostgresAuditLog audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    /** Notes what came into force. */
    public void inForce(Configuration configuration) {
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
            audit.append(
                    "evenkeel",
                    "config.load",
                    "config:" + configuration.hash(),
                    Map.of(
                            "runbooks",
                            configuration.runbooks().keySet().stream().sorted().toList(),
                            "grants",
                            configuration.grants().stream()
                                    .map(grant -> grant.runbook() + " in " + grant.environment() + ": " + grant.level())
                                    .toList(),
                            "policy",
                            configuration.policy().version()));
        });
    }
}
