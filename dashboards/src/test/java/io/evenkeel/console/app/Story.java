package io.evenkeel.console.app;

import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The shop's day as rows: a bad deploy of payment that waits for approval, a hung replica mended by itself, and calm. */
public final class Story {
    static final String[] SERVICES = {"front", "catalog", "checkout", "payment", "inventory"};
    static final String GATE = """
            {"outcome":"ASK","trust":"APPROVE","risk":"HIGH","reasons":["A rollback replaces every replica of payment"],
             "rules":["high-risk-asks"],"quorum":1,"roles":["approver"],"grant":null}""";
    static final String PLAN = """
            {"title":"Roll back payment to 4.11.3","why":"the deploy came 48 s before the onset","undo":"roll forward to 4.12.0",
             "targets":[{"service":"demo/shop/payment","instance":null,"text":"payment, 2 replicas"}],
             "diff":[{"op":"-","text":"payment  version 4.12.0   replicas 2"},{"op":"+","text":"payment  version 4.11.3   replicas 2"},
                     {"op":" ","text":"one by one, at least 1 healthy"}],
             "preconditions":[{"text":"still broken, checked 3 s ago","held":true,"value":null},
                     {"text":"no freeze window","held":true,"value":null},
                     {"text":"4.11.3 ran healthy until 14:01","held":true,"value":null}],
             "verify":{"settleSeconds":10,"windowSeconds":10,"consecutive":4,"minSamples":30,"timeoutSeconds":600,"success":"","failure":"",
             "signals":[{"signal":"x","name":"harm","text":"error ratio of POST /checkout","bad":"UP","before":0.48,"required":true}],"findings":[]}}""";

    final Seed seed;
    final Instant now;

    public Story(Seed seed, Instant now) {
        this.seed = seed;
        this.now = now;
    }

    static ServiceKey service(String name) {
        return new ServiceKey("demo", "shop", name);
    }

    /** 40 minutes of quiet signals of the whole shop, except those named. */
    public void calm(List<String> leaveOut) {
        Instant from = now.minusSeconds(2400);
        for (String name : SERVICES) {
            ServiceKey key = service(name);
            double load = name.equals("front") ? 48 : name.equals("catalog") ? 32 : 12;
            put(SignalKey.ofService(key, SignalKind.REQUEST_RATE), from, load, load * 0.16, leaveOut);
            put(SignalKey.ofService(key, SignalKind.ERROR_RATIO), from, 0.0012, 0.004, leaveOut);
            put(
                    SignalKey.ofService(key, SignalKind.DURATION_P95),
                    from,
                    name.equals("front") ? 0.21 : 0.08,
                    0.06,
                    leaveOut);
            put(
                    new SignalKey(
                            key, SignalKind.GAUGE, null, "", "node-1#1", "jvm.memory.used", "jvm.memory.type=heap"),
                    from,
                    180e6,
                    60e6,
                    leaveOut);
        }
    }

    private void put(SignalKey key, Instant from, double level, double width, List<String> leaveOut) {
        if (!leaveOut.contains(key.id())) {
            seed.signal(key, from, now, level, width, second -> seed.noise(level, 0.08));
        }
    }

    /** Payment's bad version, three minutes old, its repair waiting for a yes. Returns the incident's number. */
    public long badDeploy() {
        Instant onset = Instant.ofEpochSecond(now.getEpochSecond() / 10 * 10 - 190);
        SignalKey harmSignal = SignalKey.ofOperation(service("front"), "POST /checkout", SignalKind.ERROR_RATIO);
        SignalKey payErrors = SignalKey.ofService(service("payment"), SignalKind.ERROR_RATIO);
        SignalKey edgeWait = SignalKey.ofEdge(service("checkout"), service("payment"), SignalKind.DURATION_P95);
        SignalKey frontRate = SignalKey.ofService(service("front"), SignalKind.REQUEST_RATE);
        SignalKey checkoutErrors = SignalKey.ofService(service("checkout"), SignalKind.ERROR_RATIO);
        calm(List.of(payErrors.id(), checkoutErrors.id()));
        broken(harmSignal, onset, 0.0015, 0.0025, 0.482);
        broken(payErrors, onset, 0.002, 0.006, 0.51);
        broken(checkoutErrors, onset, 0.0015, 0.004, 0.497);
        seed.signal(
                edgeWait,
                now.minusSeconds(2400),
                now,
                0.19,
                0.06,
                second -> second % 1300 < 90
                        ? Double.NaN
                        : second < onset.getEpochSecond() ? seed.noise(0.19, 0.14) : seed.noise(0.11, 0.1));

        Finding harm = finding("f-harm", harmSignal, onset, 0.482, 0.0015, 0.004);
        Finding pay = finding("f-pay", payErrors, onset, 0.51, 0.002, 0.008);
        Finding checkout = finding("f-checkout", checkoutErrors, onset.plusSeconds(3), 0.497, 0.0015, 0.0055);
        Finding edge = finding("f-edge", edgeWait, onset.plusSeconds(10), 0.11, 0.19, 0.25);
        Finding rate = finding("f-rate", frontRate, onset.plusSeconds(20), 51, 48, 55.7);
        for (Finding finding : List.of(harm, pay, checkout, edge, rate)) {
            seed.insert(finding);
        }

        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.id = "inc-bad-deploy";
        incident.onset = onset;
        incident.cause = CauseKind.BAD_DEPLOY;
        incident.causeService = "demo/shop/payment";
        incident.confidence = 0.93;
        incident.harm = new Harm(harmSignal, "f-harm", 0.482, 0.0015, 0, 0.004, 10.4, 1912, incident.title);
        incident.suspects = List.of(
                new Suspect(
                        service("payment"),
                        null,
                        CauseKind.BAD_DEPLOY,
                        0.93,
                        0.93,
                        false,
                        false,
                        "Version 4.12.0 came 48 s before the onset; its own errors explain 96 % of the failed requests.",
                        List.of(
                                new EvidenceTerm(
                                        "own errors",
                                        "Its own errors explain 96 % of the failed requests.",
                                        0.96,
                                        0.96,
                                        "f-pay"),
                                new EvidenceTerm("change", "Deploy 4.12.0 came 48 s before the onset.", 0.82, 48, null),
                                new EvidenceTerm(
                                        "own latency", "Failed answers come 80 ms faster.", 0.3, 0.08, "f-edge"))),
                new Suspect(
                        service("checkout"),
                        null,
                        CauseKind.DEPENDENCY,
                        0.05,
                        0.05,
                        false,
                        true,
                        "Its errors are all explained by payment.",
                        List.of()),
                new Suspect(
                        service("inventory"),
                        null,
                        CauseKind.UNKNOWN,
                        0.02,
                        0.02,
                        false,
                        false,
                        "Slower by 12 ms since 13:55, inside its band.",
                        List.of()));
        incident.changes = List.of(new Change(
                "deploy:1",
                service("payment"),
                ChangeKind.DEPLOY,
                "4.11.3",
                "4.12.0",
                onset.minusSeconds(48),
                "service.version",
                "Deploy payment 4.12.0"));
        incident.edges = edges();
        long number = seed.incident(incident);
        seed.member(number, "f-harm", harmSignal, MemberRole.HARM, onset, "users call POST /checkout");
        seed.member(number, "f-pay", payErrors, MemberRole.CAUSE, onset, "its own errors");
        seed.member(
                number,
                "f-checkout",
                checkoutErrors,
                MemberRole.SYMPTOM,
                onset.plusSeconds(3),
                "checkout calls payment; onset 3 s after it");
        seed.member(number, "f-edge", edgeWait, MemberRole.EVIDENCE, onset.plusSeconds(10), "checkout calls payment");
        seed.member(number, "f-rate", frontRate, MemberRole.EVIDENCE, onset.plusSeconds(20), "front calls checkout");
        seed.member(
                number,
                "f-later",
                SignalKey.ofService(service("inventory"), SignalKind.DURATION_P95),
                MemberRole.SYMPTOM,
                onset.plusSeconds(30),
                "arrived before its finding");

        seed.timeline(
                number,
                onset.minusSeconds(48),
                "change",
                "Deploy payment 4.12.0 (service.version changed)",
                "evenkeel",
                null);
        seed.timeline(
                number, onset, "onset", "Onset: failed requests of payment leave their band", "evenkeel", "f-pay");
        seed.timeline(
                number,
                onset.plusSeconds(31),
                "detected",
                "Incident opened; 4 findings folded in, 2 more since",
                "evenkeel",
                null);
        seed.timeline(number, onset.plusSeconds(32), "page", "On call was paged (webhook ops)", "evenkeel", null);
        seed.timeline(
                number,
                onset.plusSeconds(34),
                "proposed",
                "Roll back payment to 1.4.2: approval asked (high risk, open for 15 min)",
                "evenkeel",
                null);
        seed.runbook("rollback-deploy", """
                apiVersion: io.evenkeel/2026-11-01
                kind: Runbook
                metadata: {name: rollback-deploy, owner: team-shop}
                spec:
                  risk: high
                  triggers: [{incident: "cause.kind == 'bad_deploy'"}]
                """);
        seed.execution(
                number,
                "rollback-deploy",
                "AWAITING_APPROVAL",
                "HIGH",
                GATE,
                PLAN,
                onset.plusSeconds(34),
                now.plusSeconds(860),
                null,
                null,
                null,
                null,
                "");
        return number;
    }

    /** A hung catalog replica that was restarted by a grant and recovered, two hours ago. */
    public long mendedHang() {
        Instant onset = Instant.ofEpochSecond(now.getEpochSecond() / 10 * 10 - 7200);
        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.id = "inc-hang";
        incident.onset = onset;
        incident.severity = "SEV2";
        incident.state = "RESOLVED";
        incident.title = "GET /products is slow for 1 in 2 requests";
        incident.mitigatedAt = onset.plusSeconds(92);
        incident.resolvedAt = onset.plusSeconds(412);
        incident.cause = CauseKind.HANG;
        incident.causeService = "demo/shop/catalog";
        SignalKey wait = SignalKey.ofOperation(service("front"), "GET /products", SignalKind.DURATION_P95);
        incident.harm = new Harm(wait, "f-wait", 5.02, 0.2, 0.1, 0.32, 0, 214, incident.title);
        incident.suspects = List.of(new Suspect(
                service("catalog"),
                "catalog-2-7f3a",
                CauseKind.HANG,
                0.9,
                0.9,
                false,
                false,
                "Replica catalog-2-7f3a has stopped answering; its callers time out after 5 s.",
                List.of(new EvidenceTerm("silent replica", "No answer since the onset.", 0.95, Double.NaN, null))));
        incident.edges = edges();
        seed.signal(
                wait,
                onset.minusSeconds(900),
                onset.plusSeconds(700),
                0.2,
                0.12,
                second -> second >= onset.getEpochSecond() && second < onset.getEpochSecond() + 90
                        ? seed.noise(5, 0.02)
                        : seed.noise(0.2, 0.15));
        seed.insert(finding("f-wait", wait, onset, 5.02, 0.2, 0.32));
        long number = seed.incident(incident);
        seed.member(number, "f-wait", wait, MemberRole.HARM, onset, "users call GET /products");
        seed.runbook(
                "restart-hung-replica",
                "apiVersion: io.evenkeel/2026-11-01\nkind: Runbook\nmetadata: {name: restart-hung-replica}\n");
        String execution = seed.execution(
                number,
                "restart-hung-replica",
                "RECOVERED",
                "LOW",
                """
                {"outcome":"RUN","trust":"AUTO","risk":"LOW","reasons":["The grant allows it and nothing forbids it"],"rules":[],"quorum":0,"roles":[],
                 "grant":{"runbook":"restart-hung-replica","environment":"demo","level":"AUTO","by":"admin",
                          "reason":"the demo's one automatic repair","until":"2027-01-01T00:00:00Z","file":"config/grants.yaml","line":4}}""",
                """
                {"title":"Restart replica catalog-2-7f3a","why":"it hangs","undo":"none needed: a fresh replica takes its place",
                 "targets":[],"diff":[{"op":"-","text":"catalog-2-7f3a  hung"},{"op":"+","text":"catalog-2-9c11  fresh"}],
                 "preconditions":[],"verify":{}}""",
                onset.plusSeconds(32),
                null,
                onset.plusSeconds(33),
                onset.plusSeconds(90),
                "RECOVERED",
                "The slowest 5 % wait 190 ms again, inside the band of before the onset, for 40 s.",
                "");
        seed.step(execution, 1, "drain", "supervisor.drain", "VERIFIED", onset.plusSeconds(33));
        seed.step(execution, 2, "restart", "supervisor.restart", "VERIFIED", onset.plusSeconds(41));
        seed.timeline(
                number,
                onset,
                "onset",
                "Onset: the slowest 5 % of GET /products leave their band",
                "evenkeel",
                "f-wait");
        seed.timeline(
                number,
                onset.plusSeconds(33),
                "action",
                "Restart of catalog-2-7f3a began by itself (grants.yaml:4)",
                "evenkeel",
                null);
        seed.timeline(
                number,
                onset.plusSeconds(90),
                "verification",
                "Recovered: inside the band of before the onset for 40 s",
                "evenkeel",
                null);
        seed.postmortem(
                number, "# Postmortem INC-" + number + "\n\n**Draft.** GET /products was slow.\n", """
                <h1>Postmortem of INC-%d</h1><p><strong>Draft.</strong> Figures link to the rows they come from.</p>
                <h2>Impact</h2><p>214 requests of <code>GET /products</code> waited 5 s (<a href="/i/%d">INC-%d</a>).</p>
                <table><thead><tr><th>clock</th><th>value</th></tr></thead><tbody><tr><td>found after</td><td>31 s</td></tr>
                <tr><td>mitigated after</td><td>1 min 32 s</td></tr></tbody></table>
                <h2>Root causes</h2><blockquote><p>unknown: for people to fill in</p></blockquote>""".formatted(
                                number, number, number));
        return number;
    }

    /** Something without harm to users: noted, nobody woken, no runbook. */
    public long quiet() {
        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.id = "inc-quiet";
        incident.severity = "SEV3";
        incident.pages = false;
        incident.title = "inventory uses more memory than usual";
        incident.onset = now.minusSeconds(1500);
        incident.suspects = List.of();
        long number = seed.incident(incident);
        SignalKey heap = new SignalKey(
                service("inventory"),
                SignalKind.GAUGE,
                null,
                "",
                "node-1#1",
                "jvm.memory.used",
                "jvm.memory.type=heap");
        seed.insert(finding("f-heap", heap, incident.onset, 310e6, 180e6, 240e6));
        seed.member(number, "f-heap", heap, MemberRole.CAUSE, incident.onset, "alone");
        return number;
    }

    public void audit() {
        for (int i = 1; i <= 120; i++) {
            seed.audit(
                    i,
                    now.minusSeconds(7200 - i * 60L),
                    i % 3 == 0 ? "admin" : "evenkeel",
                    i % 3 == 0 ? "acknowledge" : "execution.state",
                    "INC-" + (i % 4 + 1),
                    "{\"from\":\"PRECHECK\",\"to\":\"RUNNING\"}");
        }
    }

    private void broken(SignalKey key, Instant onset, double level, double width, double bad) {
        seed.signal(
                key,
                now.minusSeconds(2400),
                now,
                level,
                width,
                second -> second < onset.getEpochSecond() ? seed.noise(level, 0.8) : seed.noise(bad, 0.05));
    }

    Finding finding(String id, SignalKey signal, Instant onset, double value, double expected, double upper) {
        List<Double> values = new ArrayList<>();
        List<Double> level = new ArrayList<>();
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            values.add(i < 20 ? seed.noise(expected, 0.1) : value);
            level.add(expected);
            low.add(Math.max(0, 2 * expected - upper));
            high.add(upper);
        }
        EvidenceWindow window = new EvidenceWindow(onset.minusSeconds(200), 10, values, level, low, high);
        return seed.finding(
                id,
                signal,
                onset,
                value,
                FrozenBand.constant(onset, Math.max(0, 2 * expected - upper), expected, upper),
                window);
    }

    private List<CallEdge> edges() {
        return List.of(
                new CallEdge(service("front"), service("catalog"), "http", 30, now),
                new CallEdge(service("front"), service("checkout"), "http", 12, now),
                new CallEdge(service("checkout"), service("payment"), "http", 12, now),
                new CallEdge(service("checkout"), service("inventory"), "http", 12, now),
                new CallEdge(
                        service("inventory"),
                        new ServiceKey("demo", ServiceKey.REMOTE_NAMESPACE, "postgresql"),
                        "db",
                        24,
                        now));
    }
}
