package io.evenkeel.detection;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The whole pure pipeline under a hand-moved clock: what the Flink job wires up, without Flink. */
final class House {
    static final long EPOCH = 1_700_000_000_000L;
    /** Years after whatever is told: all of it is past. */
    static final InstantSource TODAY = InstantSource.fixed(Instant.ofEpochMilli(1_900_000_000_000L));

    long now;
    Catalogue catalogue = Catalogue.of(List.of("load.*", "jvm.*"), List.of());
    /** What waits for the signals of the house. */
    final Priors priors = new Priors();
    /** Learns from the same telemetry; null for nobody. */
    @Nullable
    History alsoLearns;

    final PointCounts counts = new PointCounts();
    final Map<String, EntityBook> entities = new HashMap<>();
    final Map<String, ServiceBook> services = new HashMap<>();
    final PresenceBook presence = new PresenceBook();
    final LinkJoin links = new LinkJoin();
    final List<Finding> versions = new ArrayList<>();
    final Map<String, Finding> findings = new LinkedHashMap<>();
    final Map<String, Rollup> rollups = new LinkedHashMap<>();
    final Map<String, CallEdge> edges = new LinkedHashMap<>();
    final List<Change> changes = new ArrayList<>();
    final List<MetricDoubt> doubts = new ArrayList<>();
    int rollupVersions;

    House(long start) {
        now = start;
        presence.wake(EPOCH, start);
    }

    void metrics(EntityRows rows) {
        EntityBook book = entities.computeIfAbsent(
                rows.service + '\n' + rows.owner, key -> new EntityBook(rows.service, rows.owner));
        book.epoch(EPOCH);
        book.priors().waiting(priors, rows.service);
        if (alsoLearns != null) {
            alsoLearns.take(rows);
        }
        book.accept(rows, now, catalogue, counts, entityOutput);
    }

    void spans(SpanRows rows) {
        if (alsoLearns != null) {
            alsoLearns.take(rows);
        }
        for (SpanRows.Link link : rows.links) {
            PeerIdentity identity = links.take(rows.service, link, now);
            if (identity != null) {
                service(identity.caller()).accept(identity);
            }
        }
        if (!rows.instance.isEmpty()) {
            Map<String, String> facts = Map.of("service.instance.id", rows.instance, "service.version", rows.version);
            presence.heard(new Heartbeat(rows.service, "", rows.instance, facts, now, now, 0), now, presenceOutput);
        }
        service(rows.service).accept(rows, now, catalogue, serviceOutput);
    }

    /** Lets a second of processing time pass. */
    void second() {
        now += 1000;
        entities.values().forEach(book -> book.tick(now, catalogue, entityOutput));
        services.values().forEach(book -> book.tick(now, catalogue, serviceOutput));
        presence.tick(now, presenceOutput);
    }

    private ServiceBook service(String id) {
        ServiceBook book = services.computeIfAbsent(id, ServiceBook::new);
        book.epoch(EPOCH);
        book.priors().waiting(priors, id);
        return book;
    }

    List<Finding> open() {
        return findings.values().stream().filter(Finding::isOpen).toList();
    }

    private void note(Finding finding) {
        versions.add(finding);
        findings.put(finding.id(), finding);
    }

    private void roll(Rollup rollup) {
        rollupVersions++;
        String key = rollup.signal().id() + '@' + rollup.start() + '/' + rollup.widthSeconds();
        Rollup before = rollups.get(key);
        if (before == null || before.revision() < rollup.revision()) {
            rollups.put(key, rollup);
        }
    }

    private final EntityBook.Output entityOutput = new EntityBook.Output() {
        @Override
        public void finding(Finding finding) {
            note(finding);
        }

        @Override
        public void rollup(Rollup rollup) {
            roll(rollup);
        }

        @Override
        public void red(SlotRed red) {
            service(red.service).accept(red, now, catalogue, serviceOutput);
        }

        @Override
        public void heartbeat(Heartbeat heartbeat) {
            presence.heard(heartbeat, now, presenceOutput);
        }

        @Override
        public void doubt(MetricDoubt doubt) {
            doubts.add(doubt);
        }
    };

    private final ServiceBook.Output serviceOutput = new ServiceBook.Output() {
        @Override
        public void finding(Finding finding) {
            note(finding);
        }

        @Override
        public void rollup(Rollup rollup) {
            roll(rollup);
        }

        @Override
        public void edge(CallEdge edge) {
            edges.put(edge.id(), edge);
        }
    };

    private final PresenceBook.Output presenceOutput = new PresenceBook.Output() {
        @Override
        public void finding(Finding finding) {
            note(finding);
        }

        @Override
        public void change(Change change) {
            changes.add(change);
        }
    };
}
