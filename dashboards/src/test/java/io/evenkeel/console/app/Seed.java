package io.evenkeel.console.app;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.DoubleUnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes rows as remediation would: the JSON by the same codec from the same records. */
public final class Seed {
    private final JdbcClient jdbc;
    private final Random random = new Random(42);

    public Seed(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    static String json(Object value) {
        return new String(EventJson.write(value), StandardCharsets.UTF_8);
    }

    /** What a part of the pipeline told a moment ago. */
    public void pipeline(PipelineReport report) {
        jdbc.sql("""
                insert into pipeline_report (part, since, at, arrived_at, newest_data, waiting, counts)
                values (:part, :since, :at, :at, :newest, :waiting, cast(:counts as jsonb))
                on conflict (part) do update set at = excluded.at, arrived_at = excluded.arrived_at, counts = excluded.counts""")
                .param("part", report.part())
                .param("since", at(report.since()))
                .param("at", at(report.at()))
                .param("newest", report.newestData() == null ? null : at(report.newestData()))
                .param("waiting", report.waiting())
                .param("counts", json(report.counts()))
                .update();
    }

    /** One incident; everything that is not given has a harmless default. */
    public long incident(IncidentSeed incident) {
        return jdbc.sql("""
                insert into incident (id, environment, state, severity, pages, title, onset, onset_from, onset_to, detected_at,
                  acknowledged_by, acknowledged_at, mitigated_at, resolved_at, merged_into, cause, cause_service, confidence,
                  calibrated, harm, suspects, changes, edges, needs_person, epoch, sequence)
                values (:id, 'demo', :state, :severity, :pages, :title, :onset, :from, :to, :detected,
                  :ackBy, :ackAt, :mitigated, :resolved, :merged, :cause, :service, :confidence,
                  :calibrated, cast(:harm as jsonb), cast(:suspects as jsonb), cast(:changes as jsonb), cast(:edges as jsonb),
                  :needs, 1, 1)
                returning number""")
                .param("id", incident.id)
                .param("state", incident.state)
                .param("severity", incident.severity)
                .param("pages", incident.pages)
                .param("title", incident.title)
                .param("onset", at(incident.onset))
                .param("from", at(incident.onset.minusSeconds(10)))
                .param("to", at(incident.onset.plusSeconds(10)))
                .param("detected", at(incident.onset.plusSeconds(31)))
                .param("ackBy", incident.acknowledgedBy)
                .param("ackAt", incident.acknowledgedBy == null ? null : at(incident.onset.plusSeconds(55)))
                .param("mitigated", incident.mitigatedAt == null ? null : at(incident.mitigatedAt))
                .param("resolved", incident.resolvedAt == null ? null : at(incident.resolvedAt))
                .param("merged", incident.mergedInto)
                .param("cause", incident.cause.name())
                .param("service", incident.causeService)
                .param("confidence", incident.confidence)
                .param("calibrated", incident.calibrated)
                .param("harm", incident.harm == null ? null : json(incident.harm))
                .param("suspects", json(incident.suspects))
                .param("changes", json(incident.changes))
                .param("edges", json(incident.edges))
                .param("needs", incident.needsPerson)
                .query(Long.class)
                .single();
    }

    /** What an incident row is made from. */
    public static final class IncidentSeed {
        String id = "inc-" + UUID.randomUUID();
        String state = "OPEN";
        String severity = "SEV1";
        boolean pages = true;
        String title = "POST /checkout fails for 48 % of requests";
        Instant onset = Instant.now().minusSeconds(180);
        String acknowledgedBy;
        Instant mitigatedAt;
        Instant resolvedAt;
        Long mergedInto;
        CauseKind cause = CauseKind.UNKNOWN;
        String causeService;
        Double confidence;
        boolean calibrated;
        Harm harm;
        List<Suspect> suspects = List.of();
        List<Change> changes = List.of();
        List<CallEdge> edges = List.of();
        String needsPerson;
    }

    public void member(long incident, String finding, SignalKey signal, MemberRole role, Instant onset, String reason) {
        jdbc.sql("""
                insert into incident_member (incident, finding, kind, signal, role, onset, reason)
                values (:incident, :finding, 'ANOMALY', :signal, :role, :onset, :reason)""")
                .param("incident", incident)
                .param("finding", finding)
                .param("signal", signal.id())
                .param("role", role.name())
                .param("onset", at(onset))
                .param("reason", reason)
                .update();
    }

    public Finding finding(
            String id, SignalKey signal, Instant onset, double value, FrozenBand band, EvidenceWindow evidence) {
        return new Finding(
                id,
                FindingKind.ANOMALY,
                signal,
                Direction.UP,
                onset,
                onset.minusSeconds(10),
                onset.plusSeconds(10),
                onset.plusSeconds(25),
                onset.plusSeconds(60),
                null,
                null,
                8.5,
                value,
                band.expectedAt(onset),
                band.lowerAt(onset),
                band.upperAt(onset),
                1.2,
                "{request}/s",
                band,
                evidence,
                List.of(new Exemplar(
                        "4bf92f3577b34da6a3ce929d0e0e4736",
                        "00f067aa0ba902b7",
                        onset.plusSeconds(12),
                        "POST /pay",
                        0.034,
                        "500")),
                Map.of("service.version", "4.12.0", "error.type", "500"),
                false,
                1,
                1);
    }

    public void insert(Finding finding) {
        jdbc.sql("""
                insert into finding (id, kind, signal, service, environment, direction, onset, onset_from, onset_to, opened_at,
                  updated_at, closed_at, ending, score, value, expected, lower, upper, impact, impact_unit, band, evidence,
                  exemplars, attributes, young_baseline, epoch, sequence)
                values (:id, :kind, :signal, :service, :environment, :direction, :onset, :from, :to, :opened, :updated, null,
                  null, :score, :value, :expected, :lower, :upper, :impact, :unit, cast(:band as jsonb),
                  cast(:evidence as jsonb), cast(:exemplars as jsonb), cast(:attributes as jsonb), :young, 1, 1)""")
                .param("id", finding.id())
                .param("kind", finding.kind().name())
                .param("signal", finding.signal().id())
                .param("service", finding.signal().service().id())
                .param("environment", finding.signal().service().environment())
                .param("direction", finding.direction().name())
                .param("onset", at(finding.onset()))
                .param("from", at(finding.onsetFrom()))
                .param("to", at(finding.onsetTo()))
                .param("opened", at(finding.openedAt()))
                .param("updated", at(finding.updatedAt()))
                .param("score", finding.score())
                .param("value", finding.value())
                .param("expected", finding.expected())
                .param("lower", finding.lower())
                .param("upper", finding.upper())
                .param("impact", finding.impact())
                .param("unit", finding.impactUnit())
                .param("band", finding.band() == null ? null : json(finding.band()))
                .param("evidence", finding.evidence() == null ? null : json(finding.evidence()))
                .param("exemplars", json(finding.exemplars()))
                .param("attributes", json(finding.attributes()))
                .param("young", finding.youngBaseline())
                .update();
    }

    public void timeline(long incident, Instant at, String kind, String text, String actor, String finding) {
        jdbc.sql("""
                insert into timeline (incident, at, kind, text, actor, finding, dedupe)
                values (:incident, :at, :kind, :text, :actor, :finding, :dedupe)""")
                .param("incident", incident)
                .param("at", at(at))
                .param("kind", kind)
                .param("text", text)
                .param("actor", actor)
                .param("finding", finding)
                .param("dedupe", UUID.randomUUID().toString())
                .update();
    }

    public void runbook(String name, String source) {
        jdbc.sql(
                        "insert into runbook_version (hash, name, source) values (:hash, :name, :source) on conflict do nothing")
                .param("hash", "hash-of-" + name)
                .param("name", name)
                .param("source", source)
                .update();
    }

    /** A repair as the planner stores it. Returns its id. */
    public String execution(
            long incident,
            String runbook,
            String state,
            String risk,
            String gate,
            String plan,
            Instant requested,
            Instant expires,
            Instant started,
            Instant ended,
            String verdict,
            String verdictText,
            String stateText) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                insert into execution (id, incident, environment, runbook, runbook_hash, cause, state, risk, trust, gate, plan,
                  digest, dedupe, requested_by, requested_at, expires_at, started_at, ended_at, verdict, verdict_text,
                  verified_at, state_text)
                values (:id, :incident, 'demo', :runbook, :hash, 'BAD_DEPLOY', :state, :risk, 'APPROVE', cast(:gate as jsonb),
                  cast(:plan as jsonb), :digest, :dedupe, 'evenkeel', :requested, :expires, :started, :ended, :verdict,
                  :verdictText, :ended, :stateText)""")
                .param("id", id)
                .param("incident", incident)
                .param("runbook", runbook)
                .param("hash", "hash-of-" + runbook)
                .param("state", state)
                .param("risk", risk)
                .param("gate", gate)
                .param("plan", plan)
                .param("digest", "d1" + id.toString().replace("-", ""))
                .param("dedupe", id.toString())
                .param("requested", at(requested))
                .param("expires", expires == null ? null : at(expires))
                .param("started", started == null ? null : at(started))
                .param("ended", ended == null ? null : at(ended))
                .param("verdict", verdict)
                .param("verdictText", verdictText)
                .param("stateText", stateText)
                .update();
        return id.toString();
    }

    public void step(String execution, int ordinal, String name, String executor, String state, Instant at) {
        jdbc.sql("""
                insert into execution_step (execution, ordinal, name, executor, token, undo_token, state, intent_at,
                  dispatched_at, ended_at)
                values (cast(:execution as uuid), :ordinal, :name, :executor, gen_random_uuid(), gen_random_uuid(), :state,
                  :at, :at, :ended)""")
                .param("execution", execution)
                .param("ordinal", ordinal)
                .param("name", name)
                .param("executor", executor)
                .param("state", state)
                .param("at", at == null ? null : at(at))
                .param("ended", "APPLIED".equals(state) || "VERIFIED".equals(state) ? at(at.plusSeconds(4)) : null)
                .update();
    }

    /** A signal with 10 s windows over that time; the value is a function of the second, NaN leaves the window out. */
    public void signal(
            SignalKey key, Instant from, Instant to, double expected, double width, DoubleUnaryOperator value) {
        signalRow(key, from, to);
        List<Long> starts = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (long second = from.getEpochSecond() / 10 * 10; second + 10 <= to.getEpochSecond(); second += 10) {
            double seen = value.applyAsDouble(second);
            if (!Double.isNaN(seen)) {
                starts.add(second);
                values.add(seen);
            }
        }
        jdbc.sql("""
                insert into rollup (signal, start, width, count, value, expected, lower, upper, revision)
                select :signal, to_timestamp(s), 10, 100, v, :expected, :lower, :upper, 1
                from unnest(cast(:starts as bigint[]), cast(:values as float8[])) as t (s, v)
                on conflict (signal, start, width) do nothing""")
                .param("signal", key.id())
                .param("expected", expected)
                .param("lower", Math.max(0, expected - width))
                .param("upper", expected + width)
                .param("starts", array(starts))
                .param("values", array(values))
                .update();
    }

    private static String array(List<?> values) {
        return '{' + String.join(",", values.stream().map(String::valueOf).toList()) + '}';
    }

    public void signalRow(SignalKey key, Instant first, Instant last) {
        jdbc.sql("""
                insert into signal (id, environment, service, kind, callee, operation, slot, metric, attributes, first_seen,
                  last_seen)
                values (:id, :environment, :service, :kind, :callee, :operation, :slot, :metric, :attributes, :first, :last)
                on conflict (id) do update set last_seen = excluded.last_seen""")
                .param("id", key.id())
                .param("environment", key.service().environment())
                .param("service", key.service().id())
                .param("kind", key.kind().name())
                .param("callee", key.callee() == null ? "" : key.callee().id())
                .param("operation", key.operation())
                .param("slot", key.slot())
                .param("metric", key.metric())
                .param("attributes", key.attributes())
                .param("first", at(first))
                .param("last", at(last))
                .update();
    }

    public void rollup(SignalKey key, Instant start, double value, double expected, double lower, double upper) {
        jdbc.sql("""
                insert into rollup (signal, start, width, count, value, expected, lower, upper, revision)
                values (:signal, :start, 10, 100, :value, :expected, :lower, :upper, 1)
                on conflict (signal, start, width) do nothing""")
                .param("signal", key.id())
                .param("start", at(start))
                .param("value", value)
                .param("expected", expected)
                .param("lower", Math.max(0, lower))
                .param("upper", upper)
                .update();
    }

    public void audit(long seq, Instant at, String actor, String action, String subject, String detail) {
        jdbc.sql("""
                insert into audit (seq, at, actor, action, subject, detail, prev_hash, hash)
                values (:seq, :at, :actor, :action, :subject, :detail, :prev, :hash)""")
                .param("seq", seq)
                .param("at", at(at))
                .param("actor", actor)
                .param("action", action)
                .param("subject", subject)
                .param("detail", detail)
                .param("prev", "00" + (seq - 1))
                .param("hash", String.format("%064x", seq * 7919))
                .update();
    }

    public void postmortem(long incident, String markdown, String html) {
        jdbc.sql("insert into postmortem (incident, markdown, html) values (:incident, :markdown, :html)")
                .param("incident", incident)
                .param("markdown", markdown)
                .param("html", html)
                .update();
    }

    public void stop(String by, String reason) {
        jdbc.sql("insert into stop_flag (scope, by, reason) values ('global', :by, :reason)")
                .param("by", by)
                .param("reason", reason)
                .update();
    }

    public long event(String kind, Long incident) {
        return jdbc.sql("insert into live_event (kind, incident) values (:kind, :incident) returning seq")
                .param("kind", kind)
                .param("incident", incident)
                .query(Long.class)
                .single();
    }

    /** Noise around a level; the same on every run. */
    public double noise(double level, double share) {
        return level * (1 + (random.nextDouble() - 0.5) * 2 * share);
    }

    private static java.time.OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
