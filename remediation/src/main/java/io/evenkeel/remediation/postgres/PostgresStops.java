package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.gate.Stop;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The stop button's flags. One person engages; two release. */
public final class PostgresStops {
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final PostgresAuditLog audit;
    private final PostgresTimeline timeline;

    public PostgresStops(
            JdbcClient jdbc, TransactionTemplate transactions, PostgresAuditLog audit, PostgresTimeline timeline) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
        this.timeline = timeline;
    }

    /** What came of the wish to release. */
    public enum Release {
        /** There is no such stop. */
        NOT_ENGAGED,
        /** The first of two has asked; another person must confirm. */
        ASKED,
        /** The same person asked again; it takes another one. */
        SAME_PERSON,
        RELEASED
    }

    public List<Stop> engaged() {
        return jdbc.sql("select scope, by, reason from stop_flag order by at")
                .query((row, n) -> new Stop(row.getString("scope"), row.getString("by"), row.getString("reason")))
                .list();
    }

    /** Empty when the database cannot be asked: whoever wants to act must then take everything for stopped. */
    public Optional<List<Stop>> engagedIfReadable() {
        try {
            return Optional.of(engaged());
        } catch (DataAccessException e) {
            return Optional.empty();
        }
    }

    /** Engages; engaging twice changes nothing, but forgets a release that was asked for meanwhile. */
    public void engage(String scope, String by, String reason) {
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                    insert into stop_flag (scope, by, reason) values (:scope, :by, :reason)
                    on conflict (scope) do update set release_asked_by = null""")
                    .param("scope", scope)
                    .param("by", by)
                    .param("reason", reason)
                    .update();
            timeline.announceAll("stop");
            audit.append(by, "stop.engage", "stop:" + scope, Map.of("reason", reason));
        });
    }

    public Release release(String scope, String by) {
        Release release = transactions.execute(status -> {
            Optional<Optional<String>> asked = jdbc.sql(
                            "select release_asked_by from stop_flag where scope = :scope for update")
                    .param("scope", scope)
                    .query((row, n) -> Optional.ofNullable(row.getString(1)))
                    .optional();
            if (asked.isEmpty()) {
                return Release.NOT_ENGAGED;
            }
            if (asked.get().isEmpty()) {
                jdbc.sql("update stop_flag set release_asked_by = :by where scope = :scope")
                        .param("by", by)
                        .param("scope", scope)
                        .update();
                timeline.announceAll("stop");
                audit.append(by, "stop.release.ask", "stop:" + scope, Map.of());
                return Release.ASKED;
            }
            if (asked.get().get().equals(by)) {
                return Release.SAME_PERSON;
            }
            drop(scope);
            audit.append(
                    by,
                    "stop.release",
                    "stop:" + scope,
                    Map.of("asked_by", asked.get().get()));
            return Release.RELEASED;
        });
        return release == null ? Release.NOT_ENGAGED : release;
    }

    /**
     * Releases at once, for the person who has the machine itself in hand ({@code evenkeel stop release}): the only way
     * where there is only one user.
     *
     * @return false when it was not engaged
     */
    public boolean releaseOnMachine(String scope, String reason) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            boolean was = drop(scope);
            if (was) {
                audit.append("machine", "stop.release", "stop:" + scope, Map.of("reason", reason));
            }
            return was;
        }));
    }

    private boolean drop(String scope) {
        boolean dropped = jdbc.sql("delete from stop_flag where scope = :scope")
                        .param("scope", scope)
                        .update()
                > 0;
        timeline.announceAll("stop");
        return dropped;
    }
}
