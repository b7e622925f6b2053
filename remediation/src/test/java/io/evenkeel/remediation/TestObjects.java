package io.evenkeel.remediation;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Member;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Given data of this module's tests: the outage of the drawn example, on 2026-11-21 at 14:02:10. */
public final class TestObjects {
    public static final Instant ONSET = Instant.parse("2026-11-21T14:02:10Z");
    public static final Instant DETECTED = ONSET.plusSeconds(31);
    public static final ServiceKey FRONT = new ServiceKey("demo", "shop", "front");
    public static final ServiceKey CHECKOUT = new ServiceKey("demo", "shop", "checkout");
    public static final ServiceKey PAYMENT = new ServiceKey("demo", "shop", "payment");
    public static final SignalKey FRONT_ERRORS = SignalKey.ofOperation(FRONT, "POST /checkout", SignalKind.ERROR_RATIO);
    public static final SignalKey PAYMENT_ERRORS = SignalKey.ofService(PAYMENT, SignalKind.ERROR_RATIO);

    private TestObjects() {}

    public static Member harm(String id) {
        return member(id, FRONT_ERRORS, MemberRole.HARM, null, null);
    }

    public static Member ended(String id, Instant closedAt, FindingEnding ending) {
        return member(id, FRONT_ERRORS, MemberRole.HARM, closedAt, ending);
    }

    public static Member member(String id, SignalKey signal, MemberRole role, Instant closedAt, FindingEnding ending) {
        return new Member(id, FindingKind.ANOMALY, signal, role, ONSET, closedAt, ending, "front calls payment");
    }

    public static Suspect suspect() {
        return new Suspect(
                PAYMENT,
                null,
                CauseKind.BAD_DEPLOY,
                0.96,
                0.93,
                false,
                false,
                "Version 4.12.0 came 48 s before the onset.",
                List.of(new EvidenceTerm(
                        "own errors", "Its own errors explain 96 % of the failed requests.", 0.96, 0.96, "f-payment")));
    }

    public static Change deploy() {
        return new Change(
                "deploy:demo/shop/payment:4.12.0:2026-11-21T14:01:00Z",
                PAYMENT,
                ChangeKind.DEPLOY,
                "4.11.3",
                "4.12.0",
                ONSET.minusSeconds(48),
                "service.version",
                "Deploy payment 4.12.0");
    }

    public static Incident incident(long epoch, long sequence, Member... members) {
        return incident("inc-1", epoch, sequence, null, members);
    }

    public static Incident incident(String id, long epoch, long sequence, String supersededBy, Member... members) {
        return new Incident(
                id,
                "demo",
                ONSET,
                ONSET.minusSeconds(10),
                ONSET.plusSeconds(10),
                DETECTED,
                DETECTED.plusSeconds(sequence),
                Severity.SEV1,
                true,
                "Checkout fails for 48 % of requests",
                new Harm(
                        FRONT_ERRORS,
                        members.length == 0 ? "f-front" : members[0].findingId(),
                        0.482,
                        0.002,
                        0,
                        0.004,
                        14.2,
                        1912,
                        "POST /checkout fails for 48 % of requests"),
                List.of(suspect()),
                List.of(members),
                List.of(deploy()),
                List.of(new CallEdge(CHECKOUT, PAYMENT, "http", 30, ONSET)),
                null,
                supersededBy,
                epoch,
                sequence);
    }

    public static Finding finding(String id, long epoch, long sequence) {
        return finding(id, epoch, sequence, null, null);
    }

    public static Finding finding(String id, long epoch, long sequence, Instant closedAt, FindingEnding ending) {
        return new Finding(
                id,
                FindingKind.ANOMALY,
                FRONT_ERRORS,
                Direction.UP,
                ONSET,
                ONSET.minusSeconds(10),
                ONSET.plusSeconds(10),
                DETECTED,
                DETECTED.plusSeconds(sequence),
                closedAt,
                ending,
                42,
                0.482,
                0.002,
                0,
                0.004,
                14.2,
                "{request}/s",
                FrozenBand.constant(ONSET, 0, 0.002, 0.004),
                null,
                List.of(),
                Map.of(),
                false,
                epoch,
                sequence);
    }

    public static Rollup rollup(SignalKey signal, Instant start, double value, long revision) {
        return new Rollup(signal, start, 10, 300, value, 0.002, 0, 0.004, revision);
    }
}
