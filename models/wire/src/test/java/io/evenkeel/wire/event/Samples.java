package io.evenkeel.wire.event;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Exemplar;
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
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of each event, as in the story of the demo: payment gets a bad version and checkout suffers. */
final class Samples {
    static final ServiceKey PAYMENT = new ServiceKey("demo", "shop", "payment");
    static final ServiceKey CHECKOUT = new ServiceKey("demo", "shop", "checkout");
    static final SignalKey ERRORS = SignalKey.ofService(PAYMENT, SignalKind.ERROR_RATIO);
    static final SignalKey EDGE = SignalKey.ofEdge(CHECKOUT, PAYMENT, SignalKind.DURATION_P95);

    private static final Instant ONSET = Instant.parse("2026-11-21T12:03:10Z");

    private Samples() {}

    static Map<String, Object> all() {
        Map<String, Object> samples = new LinkedHashMap<>();
        samples.put("finding-open", openFinding());
        samples.put("finding-closed", closedFinding());
        samples.put("finding-telemetry-lost", telemetryLost());
        samples.put("incident-open", openIncident());
        samples.put("incident-closed", closedIncident());
        samples.put("rollup", new Rollup(ERRORS, ONSET, 10, 412, 0.48, 0.002, 0, 0.012, 3));
        samples.put(
                "rollup-nothing-learned",
                new Rollup(EDGE, ONSET, 60, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1));
        samples.put("pipeline-report", pipelineReport());
        samples.put("change", change());
        samples.put("call-edge", new CallEdge(CHECKOUT, PAYMENT, "http", 12.5, ONSET));
        samples.put(
                "catalogue-config",
                new CatalogueConfig(
                        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                        List.of(
                                new CatalogueConfig.CataloguedService("demo/shop/front", 1, "team-shop", true),
                                new CatalogueConfig.CataloguedService("demo/shop/payment", 0, "", false)),
                        List.of("load.*", "jvm.memory.used")));
        samples.put("watch-list", new WatchList(List.of(ERRORS.id(), EDGE.id())));
        samples.put(
                "feedback",
                new Feedback("fb-1", "inc-9f3c", Feedback.Verdict.WRONG_CAUSE, "demo/shop/inventory", "anna", ONSET));
        return samples;
    }

    private static Finding openFinding() {
        return new Finding(
                "f-1a2b",
                FindingKind.ANOMALY,
                ERRORS,
                Direction.UP,
                ONSET,
                ONSET.minusSeconds(10),
                ONSET.plusSeconds(5),
                ONSET.plusSeconds(22),
                ONSET.plusSeconds(32),
                null,
                null,
                38.5,
                0.48,
                0.002,
                0,
                0.012,
                5.9,
                "{request}/s",
                FrozenBand.constant(ONSET, 0, 0.002, 0.012),
                new EvidenceWindow(
                        ONSET.minusSeconds(20),
                        10,
                        List.of(0.0, Double.NaN, 0.48),
                        List.of(0.002, 0.002, 0.002),
                        List.of(0.0, 0.0, 0.0),
                        List.of(0.012, 0.012, 0.012)),
                List.of(new Exemplar(
                        "0af7651916cd43dd8448eb211c80319c",
                        "b7ad6b7169203331",
                        ONSET.plusMillis(1500),
                        "POST /charge",
                        0.2345,
                        "500")),
                Map.of("service.version", "1.5.0"),
                false,
                1_795_000_000_000L,
                7);
    }

    private static Finding closedFinding() {
        Finding open = openFinding();
        return new Finding(
                open.id(),
                open.kind(),
                EDGE,
                open.direction(),
                open.onset(),
                open.onsetFrom(),
                open.onsetTo(),
                open.openedAt(),
                ONSET.plusSeconds(400),
                ONSET.plusSeconds(400),
                FindingEnding.RETURNED,
                Double.POSITIVE_INFINITY,
                0.003,
                0.002,
                Double.NEGATIVE_INFINITY,
                0.012,
                0,
                "s/s",
                open.band(),
                null,
                List.of(),
                Map.of(),
                true,
                open.epoch(),
                12);
    }

    private static Finding telemetryLost() {
        return new Finding(
                "f-lost",
                FindingKind.TELEMETRY_LOST,
                new SignalKey(
                        PAYMENT, SignalKind.PRESENCE, null, "", "node-3#1", "jvm.memory.used", "pool=G1 Eden%2C Space"),
                Direction.DOWN,
                ONSET,
                ONSET,
                ONSET,
                ONSET,
                ONSET,
                null,
                null,
                1,
                0,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                0,
                "",
                null,
                null,
                List.of(),
                Map.of("service.instance.id", "payment-1-7f3a"),
                false,
                1,
                1);
    }

    private static Incident openIncident() {
        return new Incident(
                "inc-9f3c",
                "demo",
                ONSET,
                ONSET.minusSeconds(10),
                ONSET.plusSeconds(5),
                ONSET.plusSeconds(25),
                ONSET.plusSeconds(35),
                Severity.SEV1,
                true,
                "POST /checkout fails for 48 % of requests",
                new Harm(
                        SignalKey.ofOperation(CHECKOUT, "POST /checkout", SignalKind.ERROR_RATIO),
                        "f-2",
                        0.48,
                        0.001,
                        0,
                        0.01,
                        5.9,
                        142,
                        "POST /checkout fails for 48 % of requests"),
                List.of(new Suspect(
                        PAYMENT,
                        null,
                        CauseKind.BAD_DEPLOY,
                        0.96,
                        0.9,
                        false,
                        false,
                        "Its own errors began 12 s after version 1.5.0.",
                        List.of(
                                new EvidenceTerm(
                                        "own errors",
                                        "Its own errors explain 96 % of the failed requests.",
                                        0.96,
                                        0.96,
                                        "f-1a2b"),
                                new EvidenceTerm("change", "Deployed 12 s before.", 0.8, Double.NaN, null)))),
                List.of(new Member(
                        "f-1a2b",
                        FindingKind.ANOMALY,
                        ERRORS,
                        MemberRole.CAUSE,
                        ONSET,
                        null,
                        null,
                        "checkout calls payment; onset 4 s before it")),
                List.of(change()),
                List.of(new CallEdge(CHECKOUT, PAYMENT, "http", 12.5, ONSET)),
                null,
                null,
                1_795_000_000_000L,
                3);
    }

    private static Incident closedIncident() {
        Incident open = openIncident();
        return new Incident(
                open.id(),
                open.environment(),
                open.onset(),
                open.onsetFrom(),
                open.onsetTo(),
                open.openedAt(),
                ONSET.plusSeconds(900),
                Severity.SEV3,
                false,
                open.title(),
                null,
                List.of(new Suspect(
                        PAYMENT, "payment-1-7f3a", CauseKind.HANG, 0.5, 0.4, true, true, "Silent.", List.of())),
                List.of(new Member(
                        "f-1a2b",
                        FindingKind.TELEMETRY_LOST,
                        ERRORS,
                        MemberRole.EVIDENCE,
                        ONSET,
                        ONSET.plusSeconds(300),
                        FindingEnding.ACCEPTED_AS_NEW_LEVEL,
                        "")),
                List.of(),
                List.of(),
                ONSET.plusSeconds(900),
                "inc-a001",
                open.epoch(),
                9);
    }

    private static PipelineReport pipelineReport() {
        return new PipelineReport(
                PipelineReport.DETECTION,
                ONSET.minusSeconds(3600),
                ONSET,
                List.of(
                        new PipelineReport.Count("metrics", "items", PipelineReport.READ, "", 1_007),
                        new PipelineReport.Count("metrics", "items", "judged", "", 1_000),
                        new PipelineReport.Count("metrics", "items", "refused", "no_time", 7)),
                ONSET.minusSeconds(2),
                12);
    }

    private static Change change() {
        return new Change(
                "deploy:demo/shop/payment:1.5.0:2026-11-21T12:02:00Z",
                PAYMENT,
                ChangeKind.DEPLOY,
                "1.4.2",
                "1.5.0",
                ONSET.minusSeconds(12),
                "service.version",
                "Deploy payment 1.5.0");
    }
}
