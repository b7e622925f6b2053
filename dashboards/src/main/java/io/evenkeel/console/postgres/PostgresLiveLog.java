package io.evenkeel.console.postgres;

import io.evenkeel.console.live.LiveEvent;
import io.evenkeel.console.live.LiveLog;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Events from {@code console_event}. */
public final class PostgresLiveLog implements LiveLog {
    private final JdbcClient jdbc;

    public PostgresLiveLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<LiveEvent> after(long seq, int limit) {
        return jdbc.sql("select seq, kind, coalesce(incident, 0) as incident, ref from console_event"
                        + " where seq > :seq order by seq limit :limit")
                .param("seq", seq)
                .param("limit", limit)
                .query((row, index) -> new LiveEvent(
                        row.getLong("seq"), row.getString("kind"), row.getLong("incident"), row.getString("ref")))
                .list();
    }

    @Override
    public long newest() {
        return jdbc.sql("select coalesce(max(seq), 0) from console_event")
                .query(Long.class)
                .single();
    }
}
