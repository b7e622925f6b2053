package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.audit.AuditEntry;
import io.evenkeel.remediation.audit.AuditVerifier;
import io.evenkeel.remediation.audit.CanonicalJson;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Appends to the audit chain, one row after another however many threads and processes write. Joins the caller's
 * transaction, so that an act and its record commit together; append last in a transaction, because the chain is locked
 * from the append to the commit. Never updates, never deletes.
 */
public final class PostgresAuditLog {
    /** Any constant will do, as long as nothing else locks it: the letters "audit". */
    private static final long LOCK = 0x6175646974L;

    private static final int FETCH = 1000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    public PostgresAuditLog(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * @param actor user name, token name or {@code evenkeel}
     * @param action verb with its room, such as {@code execution.approve}
     * @param subject what it was done to, such as {@code execution:<id>} or {@code INC-12}
     * @param detail facts for the record; never a secret
     */
    public void append(String actor, String action, String subject, Map<String, ? extends @Nullable Object> detail) {
        String json = CanonicalJson.write(detail);
        transactions.executeWithoutResult(status -> {
            jdbc.sql("select pg_advisory_xact_lock(:lock)")
                    .param("lock", LOCK)
                    .query((row, n) -> n)
                    .single();
            AuditEntry entry = jdbc.sql("""
                    select clock_timestamp() as now, h.seq, h.hash
                      from (select 1) one left join (select seq, hash from audit order by seq desc limit 1) h on true""")
                    .query((row, n) -> {
                        Instant now = row.getObject("now", OffsetDateTime.class)
                                .toInstant()
                                .truncatedTo(ChronoUnit.MICROS);
                        String head = row.getString("hash");
                        return AuditEntry.link(
                                row.getLong("seq") + 1,
                                now,
                                actor,
                                action,
                                subject,
                                json,
                                head == null ? AuditEntry.GENESIS : head);
                    })
                    .single();
            jdbc.sql("""
                    insert into audit (seq, at, actor, action, subject, detail, prev_hash, hash)
                    values (:seq, :at, :actor, :action, :subject, :detail, :prev, :hash)""")
                    .param("seq", entry.seq())
                    .param("at", entry.at().atOffset(ZoneOffset.UTC))
                    .param("actor", entry.actor())
                    .param("action", entry.action())
                    .param("subject", entry.subject())
                    .param("detail", entry.detail())
                    .param("prev", entry.prevHash())
                    .param("hash", entry.hash())
                    .update();
        });
    }

    /** Walks the whole chain. */
    public AuditVerifier.Report verify() {
        AuditVerifier verifier = new AuditVerifier();
        transactions.executeWithoutResult(status -> {
            try (Stream<AuditEntry> entries = jdbc
                    .sql("select seq, at, actor, action, subject, detail, prev_hash, hash from audit order by seq")
                    .withFetchSize(FETCH)
                    .query((row, n) -> new AuditEntry(
                            row.getLong("seq"),
                            row.getObject("at", OffsetDateTime.class).toInstant(),
                            row.getString("actor"),
                            row.getString("action"),
                            row.getString("subject"),
                            row.getString("detail"),
                            row.getString("prev_hash"),
                            row.getString("hash")))
                    .stream()) {
                entries.forEach(verifier::accept);
            }
        });
        return verifier.finish();
    }
}
