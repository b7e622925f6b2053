package io.evenkeel.remediation.postgres;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Incidents as the API gives them: JSON, formed by the database from its own rows. Never writes. */
public final class PostgresIncidentPages {
    private static final String CARD = """
            jsonb_build_object(
              'number', i.number, 'id', i.id, 'environment', i.environment, 'state', i.state, 'severity', i.severity,
              'pages', i.pages, 'title', i.title, 'onset', i.onset, 'onsetFrom', i.onset_from, 'onsetTo', i.onset_to,
              'detectedAt', i.detected_at, 'updatedAt', i.updated_at, 'acknowledgedBy', i.acknowledged_by,
              'acknowledgedAt', i.acknowledged_at, 'mitigatedAt', i.mitigated_at, 'resolvedAt', i.resolved_at,
              'resolvedBy', i.resolved_by, 'mergedInto', i.merged_into, 'reopens', i.reopens, 'cause', i.cause,
              'causeService', i.cause_service, 'confidence', i.confidence, 'calibrated', i.calibrated,
              'needsPerson', i.needs_person, 'memberCount', i.member_count, 'openMemberCount', i.open_member_count,
              'waitingApprovals', i.waiting_approvals, 'hasPostmortem', i.has_postmortem,
              'clocks', jsonb_build_object(
                'secondsToDetect', extract(epoch from i.detected_at - i.onset),
                'secondsToAcknowledge', extract(epoch from i.acknowledged_at
                    - (select min(n.sent_at) from notification n where n.incident = i.number)),
                'secondsToMitigate', extract(epoch from i.mitigated_at - i.onset),
                'secondsToResolve', extract(epoch from i.resolved_at - i.onset)))
            """;

    private final JdbcClient jdbc;

    public PostgresIncidentPages(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param state only incidents of that state, null for all
     * @param limit how many, the newest first
     */
    public String list(@Nullable String state, int limit) {
        return jdbc.sql("select coalesce(jsonb_agg(card order by number desc), '[]')::text from (select i.number, "
                        + CARD
                        + """
                 as card from console_incident i
                 where (:state::text is null or i.state = :state) order by i.number desc limit :limit) cards""")
                .param("state", state)
                .param("limit", limit)
                .query(String.class)
                .single();
    }

    public Optional<String> detail(long number) {
        return jdbc.sql("select (" + CARD + """
                 || jsonb_build_object(
                      'harm', i.harm, 'suspects', i.suspects, 'changes', i.changes, 'edges', i.edges,
                      'members', (select coalesce(jsonb_agg(jsonb_build_object(
                            'finding', m.id, 'role', m.role, 'reason', m.reason, 'kind', m.kind, 'signal', m.signal,
                            'onset', m.onset, 'closedAt', m.closed_at, 'ending', m.ending, 'score', m.score,
                            'value', m.value, 'expected', m.expected, 'lower', m.lower, 'upper', m.upper)
                            order by m.onset, m.id), '[]') from console_member m where m.incident = i.number),
                      'timeline', (select coalesce(jsonb_agg(jsonb_build_object(
                            'id', t.id, 'at', t.at, 'kind', t.kind, 'text', t.text, 'actor', t.actor,
                            'finding', t.finding, 'change', t.change, 'execution', t.execution, 'starred', t.starred)
                            order by t.at, t.id), '[]') from timeline t where t.incident = i.number),
                      'executions', (select coalesce(jsonb_agg(jsonb_build_object(
                            'id', e.id, 'runbook', e.runbook, 'state', e.state, 'stateText', e.state_text, 'risk', e.risk,
                            'trust', e.trust, 'gate', e.gate, 'plan', e.plan, 'digest', e.digest,
                            'requestedAt', e.requested_at, 'expiresAt', e.expires_at, 'startedAt', e.started_at,
                            'endedAt', e.ended_at, 'verdict', e.verdict, 'verdictText', e.verdict_text, 'steps', e.steps,
                            'decisions', e.decisions) order by e.requested_at), '[]')
                            from console_execution e where e.incident = i.number)))::text
                  from console_incident i where i.number = :number""")
                .param("number", number)
                .query(String.class)
                .optional();
    }
}
