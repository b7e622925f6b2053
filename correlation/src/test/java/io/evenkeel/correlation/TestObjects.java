package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Findings, edges and changes of a small shop: front calls catalog and checkout, checkout calls payment and inventory. */
public final class TestObjects {
    public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    public static final ServiceKey FRONT = service("front");
    public static final ServiceKey CATALOG = service("catalog");
    public static final ServiceKey CHECKOUT = service("checkout");
    public static final ServiceKey PAYMENT = service("payment");
    public static final ServiceKey INVENTORY = service("inventory");

    private TestObjects() {}

    public static ServiceKey service(String name) {
        return new ServiceKey("demo", "shop", name);
    }

    public static List<CallEdge> shop() {
        return List.of(
                edge(FRONT, CATALOG, 30),
                edge(FRONT, CHECKOUT, 10),
                edge(CHECKOUT, PAYMENT, 10),
                edge(CHECKOUT, INVENTORY, 10));
    }

    public static CallEdge edge(ServiceKey caller, ServiceKey callee, double perSecond) {
        return new CallEdge(caller, callee, "http", perSecond, NOON);
    }

    public static Change deploy(ServiceKey service, String version, Instant at) {
        return new Change(
                "deploy:" + service.id() + ":" + version + ":" + at,
                service,
                ChangeKind.DEPLOY,
                "",
                version,
                at,
                "service.version",
                "Deploy " + service.name() + " " + version);
    }

    /** {@code ratio} of the service's requests fail. */
    public static Draft errors(ServiceKey service, double ratio, double perSecond) {
        return new Draft(SignalKey.ofService(service, SignalKind.ERROR_RATIO))
                .figures(ratio, 0.004, 0.02)
                .impact(perSecond, "{request}/s");
    }

    public static Draft operationErrors(ServiceKey service, String operation, double ratio, double perSecond) {
        return new Draft(SignalKey.ofOperation(service, operation, SignalKind.ERROR_RATIO))
                .figures(ratio, 0.004, 0.02)
                .impact(perSecond, "{request}/s");
    }

    public static Draft edgeErrors(ServiceKey caller, ServiceKey callee, double ratio, double perSecond) {
        return new Draft(SignalKey.ofEdge(caller, callee, SignalKind.ERROR_RATIO))
                .figures(ratio, 0.004, 0.02)
                .impact(perSecond, "{request}/s");
    }

    /** The 95th percentile is at {@code seconds}; {@code waiting} seconds of extra waiting a second. */
    public static Draft slow(ServiceKey service, double seconds, double waiting) {
        return new Draft(SignalKey.ofService(service, SignalKind.DURATION_P95))
                .figures(seconds, 0.08, 0.2)
                .impact(waiting, "s/s");
    }

    public static Draft edgeSlow(ServiceKey caller, ServiceKey callee, double seconds, double waiting) {
        return new Draft(SignalKey.ofEdge(caller, callee, SignalKind.DURATION_P95))
                .figures(seconds, 0.08, 0.2)
                .impact(waiting, "s/s");
    }

    public static Draft rate(ServiceKey service, double value, double expected) {
        Draft draft = new Draft(SignalKey.ofService(service, SignalKind.REQUEST_RATE))
                .figures(value, expected, expected * 1.2)
                .impact(Math.max(0, expected - value), "{request}/s");
        return value < expected ? draft.direction(Direction.DOWN) : draft;
    }

    public static Draft gauge(ServiceKey service, String metric, double value, double usual) {
        return new Draft(new SignalKey(service, SignalKind.GAUGE, null, "", "node#1", metric, ""))
                .figures(value, usual, usual * 1.5);
    }

    public static Draft silence(ServiceKey service, String instance, int ordinal) {
        return new Draft(new SignalKey(service, SignalKind.PRESENCE, null, "", "node#" + ordinal, "presence", ""))
                .kind(FindingKind.TELEMETRY_LOST)
                .direction(Direction.DOWN)
                .figures(0, 1, 1)
                .attribute("service.instance.id", instance);
    }

    public static Draft blindness(ServiceKey service) {
        return new Draft(new SignalKey(service, SignalKind.PRESENCE, null, "", "", "presence", ""))
                .kind(FindingKind.TELEMETRY_LOST)
                .direction(Direction.DOWN)
                .figures(0, 1, 1);
    }

    /** A finding in the making. */
    public static final class Draft {
        private final SignalKey signal;
        private FindingKind kind = FindingKind.ANOMALY;
        private Direction direction = Direction.UP;
        private double value;
        private double expected;
        private double upper;
        private double impact;
        private String impactUnit = "";
        private boolean young;
        private long epoch = 1;
        private final Map<String, String> attributes = new HashMap<>();
        private final List<Exemplar> exemplars = new ArrayList<>();

        private Draft(SignalKey signal) {
            this.signal = signal;
        }

        public Draft figures(double newValue, double newExpected, double newUpper) {
            value = newValue;
            expected = newExpected;
            upper = newUpper;
            return this;
        }

        public Draft impact(double perSecond, String unit) {
            impact = perSecond;
            impactUnit = unit;
            return this;
        }

        public Draft kind(FindingKind newKind) {
            kind = newKind;
            return this;
        }

        public Draft direction(Direction newDirection) {
            direction = newDirection;
            return this;
        }

        public Draft attribute(String name, String text) {
            attributes.put(name, text);
            return this;
        }

        public Draft errorType(String type) {
            exemplars.add(new Exemplar("0".repeat(32), "0".repeat(16), NOON, "GET /", 1, type));
            return attribute("error.type", type);
        }

        /** The failures lie on one of several addresses by that part. */
        public Draft failsAt(String peer, double share, int addresses) {
            return attribute("peer", peer)
                    .attribute("peer.share", Double.toString(share))
                    .attribute("peers", Integer.toString(addresses));
        }

        public Draft young() {
            young = true;
            return this;
        }

        public Draft epoch(long newEpoch) {
            epoch = newEpoch;
            return this;
        }

        public SignalKey signal() {
            return signal;
        }

        /** First version with that onset, sent at that time. */
        public Finding open(Instant onset, Instant sent) {
            return version(onset, sent, null, null, 1);
        }

        /** A later version; negative impacts are not meant. */
        public Finding version(Instant onset, Instant sent, Instant closedAt, FindingEnding ending, long sequence) {
            return new Finding(
                    signal.id() + "@" + onset.getEpochSecond(),
                    kind,
                    signal,
                    direction,
                    onset,
                    onset.minusSeconds(5),
                    onset.plusSeconds(5),
                    sent,
                    sent,
                    closedAt,
                    ending,
                    8,
                    value,
                    expected,
                    0,
                    upper,
                    impact,
                    impactUnit,
                    null,
                    null,
                    exemplars,
                    attributes,
                    young,
                    epoch,
                    sequence);
        }
    }
}
