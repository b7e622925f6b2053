package io.evenkeel.remediation.postgres;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.remediation.incident.BandWatch;
import io.evenkeel.remediation.incident.HarmFact;
import io.evenkeel.remediation.incident.IncidentFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what {@link io.evenkeel.remediation.incident.IncidentJudge} needs to know. Never writes. */
public final class PostgresIncidentFacts {
    /** Rollup windows looked at per signal: one hour at 10 s. A run that began earlier is as good as one hour old. */
    private static final int WINDOWS = 360;

    private final JdbcClient jdbc;
    private final int goodWindows;

    /**
     * @param goodWindows how many windows in a row inside the frozen band make a return, for example 3
     */
    public PostgresIncidentFacts(JdbcClient jdbc, int goodWindows) {
        this.jdbc = jdbc;
        this.goodWindows = goodWindows;
    }

    /** Incidents of the correlation job whose state may change by itself. */
    public List<IncidentFacts> undecided() {
        LastData lastData = new LastData();
        return jdbc
                .sql("""
                select i.number, i.state, i.onset, i.acted_on, i.superseded_by,
                       (select s.number from incident s
                         where i.superseded_by <> '' and s.job_id = i.superseded_by
                         order by s.number desc limit 1) as successor,
                       exists (select 1 from execution e
                                where e.incident = i.number
                                  and e.state in ('APPROVED', 'PRECHECK', 'RUNNING', 'VERIFYING', 'COMPENSATING'))
                         as repair_running
                  from incident i
                 where (i.state in ('OPEN', 'MITIGATED') or (i.state = 'SUPERSEDED' and i.superseded_by is null))
                   and i.job_id not like 'blind:%'
                 order by i.number""")
                .query((row, n) -> new Row(
                        row.getLong("number"),
                        IncidentState.valueOf(row.getString("state")),
                        Times.read(row, "onset"),
                        row.getBoolean("acted_on"),
                        row.getBoolean("repair_running"),
                        row.getString("superseded_by"),
                        row.getObject("successor", Long.class)))
                .list()
                .stream()
                .map(row -> facts(row, lastData))
                .toList();
    }

    private record Row(
            long number,
            IncidentState state,
            Instant onset,
            boolean actedOn,
            boolean repairRunning,
            @Nullable String supersededBy,
            @Nullable Long successor) {}

    private record MemberRow(
            String finding,
            String signal,
            MemberRole role,
            Instant onset,
            @Nullable Instant closedAt,
            @Nullable String ending,
            @Nullable String direction,
            @Nullable String band) {}

    private IncidentFacts facts(Row row, LastData lastData) {
        List<MemberRow> members = jdbc.sql("""
                select m.finding, m.signal, m.role, m.onset, coalesce(f.closed_at, m.closed_at) as closed_at,
                       coalesce(f.ending, m.ending) as ending, f.direction, f.band::text as band
                  from incident_member m left join finding f on f.id = m.finding
                 where m.incident = :number
                 order by m.onset, m.finding""")
                .param("number", row.number)
                .query((member, n) -> new MemberRow(
                        member.getString("finding"),
                        member.getString("signal"),
                        MemberRole.valueOf(member.getString("role")),
                        Times.read(member, "onset"),
                        Times.readOrNull(member, "closed_at"),
                        member.getString("ending"),
                        member.getString("direction"),
                        member.getString("band")))
                .list();
        List<MemberRow> harm = members.stream()
                .filter(member -> member.role == MemberRole.HARM)
                .toList();
        List<MemberRow> deciding = harm.isEmpty() ? members : harm;
        return new IncidentFacts(
                row.number,
                row.state,
                row.onset,
                row.actedOn,
                row.repairRunning,
                row.supersededBy,
                row.successor,
                !harm.isEmpty(),
                deciding.stream().map(member -> fact(member, lastData)).toList());
    }

    private HarmFact fact(MemberRow member, LastData lastData) {
        BandWatch.Reading reading = member.band == null || member.direction == null
                ? new BandWatch.Reading(null, false)
                : BandWatch.read(
                        windows(member.signal, member.onset),
                        Json.read(member.band, FrozenBand.class),
                        Direction.valueOf(member.direction),
                        goodWindows);
        SignalKey signal = SignalKey.parse(member.signal);
        return new HarmFact(
                member.finding,
                signal,
                member.closedAt,
                member.ending == null ? null : FindingEnding.valueOf(member.ending),
                reading.backSince(),
                reading.outNow(),
                lastData.of(signal.service()));
    }

    /** When services were last heard of: in an outage many findings are of few services, which are asked for once. */
    private final class LastData {
        private final Map<ServiceKey, Optional<Instant>> known = new HashMap<>();

        @Nullable
        Instant of(ServiceKey service) {
            return known.computeIfAbsent(service, this::ask).orElse(null);
        }

        private Optional<Instant> ask(ServiceKey service) {
            return jdbc.sql("select max(last_seen) as last_data from signal where service = :service")
                    .param("service", service.id())
                    .query((row, n) -> Optional.ofNullable(Times.readOrNull(row, "last_data")))
                    .single();
        }
    }

    /** 10 s windows since the onset; for a signal that has none, its 1 min windows. */
    private List<BandWatch.Window> windows(String signal, Instant onset) {
        List<BandWatch.Window> narrow = windows(signal, onset, 10);
        return narrow.isEmpty() ? windows(signal, onset, 60) : narrow;
    }

    private List<BandWatch.Window> windows(String signal, Instant onset, int widthSeconds) {
        List<BandWatch.Window> newestFirst = new ArrayList<>(jdbc.sql("""
                select start, count, value from rollup
                 where signal = :signal and width = :width and start >= :onset
                 order by start desc limit :limit""")
                .param("signal", signal)
                .param("width", widthSeconds)
                .param("onset", Times.of(onset))
                .param("limit", WINDOWS)
                .query((row, n) ->
                        new BandWatch.Window(Times.read(row, "start"), row.getLong("count"), row.getDouble("value")))
                .list());
        Collections.reverse(newestFirst);
        return newestFirst;
    }
}
