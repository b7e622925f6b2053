package io.evenkeel.console.postgres;

import io.evenkeel.console.incident.Clocks;
import io.evenkeel.console.incident.Health;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How the house is, and how fast incidents were found and mended lately. */
public final class PostgresHealth {
    private final JdbcClient jdbc;

    public PostgresHealth(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Health health() {
        List<Health.Stop> stops = jdbc.sql("select * from console_stop order by at")
                .query((row, index) -> new Health.Stop(
                        row.getString("scope"),
                        row.getString("by"),
                        row.getString("reason"),
                        Rows.instant(row, "at"),
                        row.getString("release_asked_by")))
                .list();
        List<String> environments = jdbc.sql("""
                select distinct environment from console_signal
                where last_seen > clock_timestamp() - interval '1 hour' order by 1 limit 20""").query(String.class).list();
        String configError = configError();
        List<Health.Limit> limits = limits();
        return jdbc.sql("""
                select h.*, (select count(distinct service) from console_signal
                              where last_seen > h.now - interval '5 minutes') as services,
                       (select coalesce(max(seq), 0) from console_event) as newest_event
                from console_health h""")
                .query((row, index) -> new Health(
                        Rows.instant(row, "now"),
                        Rows.instantOrNull(row, "newest_data"),
                        row.getInt("open_incidents"),
                        row.getInt("waiting_approvals"),
                        row.getInt("live_signals"),
                        row.getInt("services"),
                        environments,
                        stops,
                        configError,
                        limits,
                        row.getLong("newest_event")))
                .single();
    }

    /** Detection repeats them each minute; what it has not repeated for five is over. */
    private List<Health.Limit> limits() {
        return jdbc.sql("""
                select signal, attributes ->> 'metric' as metric, attributes ->> 'attribute' as attribute,
                       attributes ->> 'values' as "values"
                from console_finding
                where closed_at is null and updated_at > clock_timestamp() - interval '5 minutes'
                  and split_part(signal, '|', 6) = :metric
                order by service, signal limit 3""")
                .param("metric", SignalKey.REFUSED)
                .query((row, index) -> {
                    SignalKey key = SignalKey.parse(row.getString("signal"));
                    String owner = key.attributes().substring(key.attributes().indexOf('=') + 1);
                    return new Health.Limit(
                            key.service().name(),
                            owner,
                            orEmpty(row.getString("metric")),
                            orEmpty(row.getString("attribute")),
                            orEmpty(row.getString("values")));
                })
                .list();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private @Nullable String configError() {
        return jdbc.sql("select error from console_config where error is not null")
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** When the last incident ended, else when the first signal came; null when neither was. */
    public @Nullable Instant calmSince() {
        return jdbc.sql("""
                select coalesce((select max(coalesce(resolved_at, updated_at)) from console_incident where pages),
                                (select min(first_seen) from console_signal)) as since""")
                .query((row, index) -> java.util.Optional.ofNullable(Rows.instantOrNull(row, "since")))
                .single()
                .orElse(null);
    }

    /** Times to find and to mitigate over the last 30 days. */
    public Clocks clocks() {
        return jdbc.sql("""
                select count(*) as found_count,
                       percentile_cont(0.5) within group (order by extract(epoch from detected_at - onset)) as found_half,
                       percentile_cont(0.9) within group (order by extract(epoch from detected_at - onset)) as found_most,
                       count(mitigated_at) as mitigated_count,
                       percentile_cont(0.5) within group (order by extract(epoch from mitigated_at - onset))
                         filter (where mitigated_at is not null) as mitigated_half,
                       percentile_cont(0.9) within group (order by extract(epoch from mitigated_at - onset))
                         filter (where mitigated_at is not null) as mitigated_most
                from console_incident
                where pages and state not in ('SUPERSEDED','MERGED') and onset > clock_timestamp() - interval '30 days'""")
                .query((row, index) -> new Clocks(
                        row.getInt("found_count"),
                        Rows.doubleOrNaN(row, "found_half"),
                        Rows.doubleOrNaN(row, "found_most"),
                        row.getInt("mitigated_count"),
                        Rows.doubleOrNaN(row, "mitigated_half"),
                        Rows.doubleOrNaN(row, "mitigated_most")))
                .single();
    }
}
