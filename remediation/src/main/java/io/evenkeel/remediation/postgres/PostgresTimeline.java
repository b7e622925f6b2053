package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.incident.TimelineEntry;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes the story of incidents, and tells live readers that there is something new. Joins the caller's transaction. */
public final class PostgresTimeline {
    private final JdbcClient jdbc;

    public PostgresTimeline(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds the entry unless the incident already has one with the same dedupe key. */
    public void append(TimelineEntry entry) {
        int added = bind(entry, jdbc.sql("""
                insert into timeline (incident, at, kind, text, actor, finding, change, execution, dedupe)
                values (:incident, :at, :kind, :text, :actor, :finding, :change, :execution, :dedupe)
                on conflict (incident, dedupe) do nothing"""));
        if (added > 0) {
            announce("incident", entry.incident(), "timeline");
        }
    }

    /** Adds the entry, or corrects the one with the same dedupe key when its time, text or finding is another now. */
    public void put(TimelineEntry entry) {
        int changed = bind(entry, jdbc.sql("""
                insert into timeline as t (incident, at, kind, text, actor, finding, change, execution, dedupe)
                values (:incident, :at, :kind, :text, :actor, :finding, :change, :execution, :dedupe)
                on conflict (incident, dedupe) do update
                   set at = excluded.at, text = excluded.text, finding = excluded.finding,
                       recorded_at = clock_timestamp()
                 where (t.at, t.text, t.finding) is distinct from (excluded.at, excluded.text, excluded.finding)"""));
        if (changed > 0) {
            announce("incident", entry.incident(), "timeline");
        }
    }

    private static int bind(TimelineEntry entry, JdbcClient.StatementSpec statement) {
        return statement
                .param("incident", entry.incident())
                .param("at", entry.at().atOffset(ZoneOffset.UTC))
                .param("kind", entry.kind())
                .param("text", entry.text())
                .param("actor", entry.actor())
                .param("finding", entry.finding())
                .param("change", entry.change())
                .param("execution", entry.execution())
                .param("dedupe", entry.dedupe())
                .update();
    }

    /**
     * Tells live readers (the console's event stream) that something changed.
     *
     * @param kind incident, execution, finding or health
     * @param incident incident number
     * @param ref what changed, for example an execution id
     */
    public void announce(String kind, long incident, String ref) {
        jdbc.sql("insert into live_event (kind, incident, ref) values (:kind, :incident, :ref)")
                .param("kind", kind)
                .param("incident", incident)
                .param("ref", ref)
                .update();
    }

    /** Tells live readers that something changed that concerns no incident, such as the stop button. */
    public void announceAll(String ref) {
        jdbc.sql("insert into live_event (kind, incident, ref) values ('health', null, :ref)")
                .param("ref", ref)
                .update();
    }
}
