package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import io.evenkeel.remediation.execution.RepairCase;
import io.evenkeel.remediation.execution.Verification;
import io.evenkeel.remediation.execution.VerifyPlan;
import io.evenkeel.remediation.execution.WatchedSignal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what planning and verification look at: incidents with their findings, and rollups. Writes nothing. */
public final class PostgresRepairCases {
    /** The level "right now" is the mean of this much. */
    private static final Duration RECENT = Duration.ofSeconds(30);

    /** Rollups of the last seconds may still be on their way, so "right now" begins this long ago. */
    private static final Duration REACH = Duration.ofSeconds(90);

    private final JdbcClient jdbc;

    public PostgresRepairCases(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Incidents that a planner looks at: open ones, and others that still have something planned. */
    public List<Long> toPlan() {
        return jdbc.sql("""
                select number from incident i
                 where i.state = 'OPEN'
                    or exists (select 1 from execution e where e.incident = i.number and e.ended_at is null)
                 order by number""").query(Long.class).list();
    }

    public Optional<RepairCase> read(long number) {
        return jdbc.sql("""
                select i.*, clock_timestamp() as now,
                       (select count(*) from incident_member m where m.incident = i.number) as members,
                       (select newest from data_arrival a where a.environment = i.environment) as newest
                  from incident i where i.number = :number""")
                .param("number", number)
                .query((row, n) -> read(row))
                .optional()
                .map(this::withLevels);
    }

    private RepairCase read(ResultSet row) throws SQLException {
        Suspect[] suspects = Json.read(row.getString("suspects"), Suspect[].class);
        Change[] changes = Json.read(row.getString("changes"), Change[].class);
        String harm = row.getString("harm");
        Suspect suspect = suspects.length == 0 ? null : suspects[0];
        Instant now = Times.read(row, "now");
        Instant newest = Times.readOrNull(row, "newest");
        return new RepairCase(
                row.getLong("number"),
                row.getString("environment"),
                IncidentState.valueOf(row.getString("state")),
                Severity.valueOf(row.getString("severity")),
                row.getBoolean("pages"),
                row.getString("title"),
                Times.read(row, "onset_from"),
                suspect,
                suspect == null ? null : latest(changes, suspect),
                harm == null ? null : Json.read(harm, Harm.class),
                findings(row.getLong("number")),
                row.getInt("members"),
                Map.of(),
                newest == null ? null : Duration.between(newest, now),
                now);
    }

    /** A deploy of the suspect's own service; what Evenkeel itself did since does not count as a cause. */
    private static @Nullable Change latest(Change[] changes, Suspect suspect) {
        Change latest = null;
        for (Change change : changes) {
            boolean own = change.service().equals(suspect.service()) && change.kind() != ChangeKind.ROLLBACK;
            boolean better = latest == null
                    || (change.kind() == ChangeKind.DEPLOY && latest.kind() != ChangeKind.DEPLOY)
                    || (change.kind() == latest.kind() && change.at().isAfter(latest.at()));
            if (own && better) {
                latest = change;
            }
        }
        return latest;
    }

    private List<RepairCase.Original> findings(long number) {
        return jdbc.sql("""
                select f.id, f.kind, f.signal, m.role, f.direction, f.band,
                       coalesce(f.closed_at, m.closed_at) as closed, coalesce(f.ending, m.ending) as ended
                  from incident_member m join finding f on f.id = m.finding where m.incident = :number order by f.onset, f.id""")
                .param("number", number)
                .query((row, n) -> {
                    String band = row.getString("band");
                    String ended = row.getString("ended");
                    return new RepairCase.Original(
                            row.getString("id"),
                            FindingKind.valueOf(row.getString("kind")),
                            SignalKey.parse(row.getString("signal")),
                            MemberRole.valueOf(row.getString("role")),
                            Direction.valueOf(row.getString("direction")),
                            band == null ? null : Json.read(band, FrozenBand.class),
                            row.getObject("closed") == null,
                            ended == null ? null : FindingEnding.valueOf(ended));
                })
                .list();
    }

    private RepairCase withLevels(RepairCase bare) {
        Map<String, RepairCase.Level> levels = new HashMap<>();
        for (SignalKey signal : bare.neededLevels()) {
            levels.put(signal.id(), level(signal, bare.onset(), bare.now()));
        }
        return bare.withLevels(levels);
    }

    private RepairCase.Level level(SignalKey signal, Instant onset, Instant now) {
        double[] band = jdbc.sql("""
                select lower, expected, upper from rollup
                 where signal = :signal and start < :onset and start > :onset - interval '30 minutes' and upper <> 'NaN'
                 order by start desc limit 1""")
                .param("signal", signal.id())
                .param("onset", Times.of(onset))
                .query((row, n) -> new double[] {row.getDouble(1), row.getDouble(2), row.getDouble(3)})
                .optional()
                .orElse(new double[] {Double.NaN, Double.NaN, Double.NaN});
        double recent = jdbc.sql("""
                select sum(value * greatest(count, 1)) / sum(greatest(count, 1)) as level from (
                  select value, count from rollup
                   where signal = :signal and start > :from and width = 10 and value <> 'NaN'
                   order by start desc limit :bins) latest""")
                .param("signal", signal.id())
                .param("from", Times.of(now.minus(REACH)))
                .param("bins", RECENT.toSeconds() / 10)
                .query((row, n) -> {
                    double level = row.getDouble(1);
                    return row.wasNull() ? Double.NaN : level;
                })
                .single();
        return new RepairCase.Level(signal, recent, band[0], band[1], band[2]);
    }

    /** Rollups of the watched signals since a time, by signal id. */
    public Map<String, List<Verification.Sample>> samples(VerifyPlan plan, Instant since) {
        Map<String, List<Verification.Sample>> samples = new HashMap<>();
        for (WatchedSignal signal : plan.signals()) {
            samples.put(
                    signal.signal(),
                    new ArrayList<>(jdbc.sql("""
                            select start, width, count, value from rollup
                             where signal = :signal and start >= :since and width = 10 order by start""")
                            .param("signal", signal.signal())
                            .param("since", Times.of(since))
                            .query((row, n) -> new Verification.Sample(
                                    Times.read(row, "start"),
                                    row.getInt("width"),
                                    row.getLong("count"),
                                    row.getDouble("value")))
                            .list()));
        }
        return samples;
    }

    /**
     * How the original findings stand.
     *
     * @param open still open, or never heard of again
     * @param relearned ended as a new level
     */
    public record Alarms(Set<String> open, Set<String> relearned) {}

    public Alarms alarms(Collection<String> findings) {
        Set<String> open = new HashSet<>(findings);
        Set<String> relearned = new HashSet<>();
        if (findings.isEmpty()) {
            return new Alarms(open, relearned);
        }
        jdbc.sql("select id, ending from finding where id in (:ids) and closed_at is not null")
                .param("ids", findings)
                .query((row, n) -> {
                    open.remove(row.getString("id"));
                    if (FindingEnding.ACCEPTED_AS_NEW_LEVEL.name().equals(row.getString("ending"))) {
                        relearned.add(row.getString("id"));
                    }
                    return n;
                })
                .list();
        return new Alarms(open, relearned);
    }
}
