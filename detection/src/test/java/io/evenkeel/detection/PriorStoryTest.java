package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.SecretMask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A past that was learned from: it trains, it never alerts, and it judges from a signal's first steps on. */
class PriorStoryTest {
    private static final String PAYMENT_THREADS = "demo/shop/payment|gauge||||jvm.thread.count|jvm.thread.daemon=true";

    private static Map<String, Prior> past(long seed, int seconds) {
        Shop shop = new Shop(seed, 20);
        History history = new History(SecretMask.standard(), House.TODAY);
        shop.house.alsoLearns = history;
        shop.run(seconds);
        return history.priors();
    }

    private static Shop with(Map<String, Prior> priors, long seed) {
        Shop shop = new Shop(seed, 20);
        priors.forEach(shop.house.priors::put);
        return shop;
    }

    private static List<Rollup> rows(Shop shop, String service, SignalKind kind) {
        SignalKey key = SignalKey.ofService(ServiceKey.parse(Shop.id(service)), kind);
        return shop.house.rollups.values().stream()
                .filter(row -> row.signal().equals(key) && row.widthSeconds() == 10)
                .sorted(java.util.Comparator.comparing(Rollup::start))
                .toList();
    }

    @Test
    void learnsEverySignalOfThePastAndTellsNothingOfItsFaults() {
        Shop shop = new Shop(31, 20);
        History history = new History(SecretMask.standard(), House.TODAY);
        shop.house.alsoLearns = history;
        shop.run(300);
        shop.one("payment").failShare = 0.6;
        shop.run(300);

        Map<String, Prior> priors = history.priors();

        assertThat(shop.house.findings).isNotEmpty();
        assertThat(priors.keySet())
                .contains(
                        PAYMENT_THREADS,
                        "demo/shop/payment|error_ratio||||requests|",
                        "demo/shop/payment|request_rate||||requests|",
                        "demo/shop/payment|duration_p95||||requests|",
                        "demo/shop/checkout|error_ratio|demo/shop/payment|||requests|",
                        "demo/shop/front|duration_p95||POST %2Fcheckout||requests|");
        assertThat(priors.keySet()).noneMatch(id -> id.contains("#"));
        assertThat(history.points().received).isEqualTo(history.points().accepted);
    }

    @Test
    void knowsWhatToExpectFromTheFirstStepsOn() {
        Map<String, Prior> priors = past(32, 900);

        Shop young = new Shop(33, 20);
        young.run(60);
        Shop old = with(priors, 33);
        old.run(60);

        Rollup without = rows(young, "front", SignalKind.REQUEST_RATE).get(1);
        Rollup with = rows(old, "front", SignalKind.REQUEST_RATE).get(1);
        assertThat(without.expected()).isNaN();
        assertThat(with.expected()).isCloseTo(20, within(4.0));
        assertThat(with.lower()).isLessThan(20);
        assertThat(with.upper()).isGreaterThan(20);
    }

    @Test
    void staysSilentWhileThePresentIsLikeThePast() {
        Shop shop = with(past(34, 900), 35);

        shop.run(600);

        assertThat(shop.house.findings).isEmpty();
    }

    @Test
    void notesAFaultThatBeginsBeforeAnythingWasLearnedLive() {
        Shop shop = with(past(36, 900), 37);
        shop.run(40);
        shop.one("payment").extraSeconds = 0.8;
        long fault = shop.house.now;
        shop.run(60);

        assertThat(shop.house.open()).anySatisfy(finding -> {
            assertThat(finding.signal().service().name()).isEqualTo("payment");
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.DURATION_P95);
            assertThat(finding.onset().toEpochMilli()).isCloseTo(fault, within(20_000L));
        });
    }

    @Test
    void itDoesNotMatterWhetherThePriorOrTheTelemetryComesFirst() {
        Map<String, Prior> priors = past(38, 600);
        Shop first = with(priors, 39);
        first.run(400);
        Shop last = new Shop(39, 20);
        last.run(200);
        priors.forEach(last.house.priors::put);
        last.run(200);

        assertThat(first.house.findings).isEmpty();
        assertThat(last.house.findings).isEmpty();
        for (SignalKind kind : List.of(SignalKind.REQUEST_RATE, SignalKind.ERROR_RATIO, SignalKind.DURATION_P95)) {
            List<Rollup> one = rows(first, "payment", kind);
            List<Rollup> other = rows(last, "payment", kind);
            assertThat(other.get(other.size() - 1).expected())
                    .isEqualTo(one.get(one.size() - 1).expected());
            assertThat(other.get(other.size() - 1).upper())
                    .isEqualTo(one.get(one.size() - 1).upper());
        }
    }

    @Test
    void thePriorThatComesAgainChangesNothing() {
        Map<String, Prior> priors = past(40, 600);
        Shop shop = with(priors, 41);
        shop.run(120);
        EntityBook book = shop.house.entities.get("demo/shop/payment\nnode-1");
        PriorShelf taken = Objects.requireNonNull(book.priors().changedShelf());
        past(40, 600).forEach(shop.house.priors::put);
        shop.run(120);

        assertThat(taken.taken()).containsEntry(PAYMENT_THREADS, priors.get(PAYMENT_THREADS));
        assertThat(book.priors().changedShelf()).isNull();
    }

    @Test
    void everyReplicaAndItsSuccessorAndThoseOnNewHostsGoByThePriorOfTheirService() {
        Map<String, Prior> priors = past(42, 600);
        Shop shop = with(priors, 43);
        shop.run(30);
        shop.stop(shop.one("front"));
        shop.run(40);
        shop.start("front", "1");
        shop.run(60);
        EntityBook elsewhere = new EntityBook(Shop.id("payment"), "node-2");
        elsewhere.priors().waiting(shop.house.priors, Shop.id("payment"));
        long time = shop.house.now;
        for (int i = 0; i < 4; i++) {
            RowsBuilder rows = new RowsBuilder(Shop.id("payment"), "node-2", "p-9", "1", time, time + i * 10_000L);
            rows.gauge("jvm.thread.count", "jvm.thread.daemon=true", 20);
            elsewhere.accept(rows.rows(), time + i * 10_000L, shop.house.catalogue, new PointCounts(), Nobody.LISTENS);
        }

        for (String owner : List.of("front", "catalog", "payment")) {
            EntityBook book = shop.house.entities.get(Shop.id(owner) + "\nnode-1");
            assertThat(Objects.requireNonNull(book.priors().changedShelf()).taken())
                    .containsKey(Shop.id(owner) + "|gauge||||jvm.thread.count|jvm.thread.daemon=true");
        }
        assertThat(Objects.requireNonNull(elsewhere.priors().changedShelf()).taken())
                .containsOnlyKeys(PAYMENT_THREADS);
        assertThat(shop.house.rollups.values())
                .filteredOn(row -> row.signal().metric().equals("jvm.thread.count")
                        && row.signal().slot().equals("node-1#2"))
                .isNotEmpty()
                .allMatch(row -> !Double.isNaN(row.expected()));
    }

    /** A new level that was accepted would else be a fault again after every restart. */
    @Test
    void aNewLevelThatWasAcceptedStaysAcceptedOverARestart() throws IOException {
        long start = 1_800_000_000_000L;
        Prior prior = prior(10, start);
        Priors waiting = new Priors();
        String id = "demo/shop/cache|gauge||||cache.entries|";
        waiting.put(id, prior);
        EntityBook book = new EntityBook("demo/shop/cache", "node-1");
        book.priors().waiting(waiting, "demo/shop/cache");
        Map<String, Finding> findings = new TreeMap<>();
        long time = feed(book, start, 120, 100, findings);
        assertThat(findings.values())
                .singleElement()
                .satisfies(finding -> assertThat(finding.ending()).isEqualTo(FindingEnding.ACCEPTED_AS_NEW_LEVEL));

        PriorShelf shelf = Objects.requireNonNull(book.priors().changedShelf());
        EntityBook restored = EntityBookCountTest.restored(book);
        restored.priors().shelve(read(shelf));
        restored.priors().waiting(waiting, "demo/shop/cache");
        Map<String, Finding> after = new TreeMap<>();
        feed(restored, time, 120, 100, after);

        assertThat(after).isEmpty();
        assertThat(shelf.refused()).containsEntry("demo/shop/cache|gauge|||node-1#1|cache.entries|", prior.id());
    }

    @Test
    void aRestoredBookGoesByThePriorsItHadTaken() throws IOException {
        long start = 1_800_000_000_000L;
        Priors waiting = new Priors();
        waiting.put("demo/shop/cache|gauge||||cache.entries|", prior(10, start));
        EntityBook book = new EntityBook("demo/shop/cache", "node-1");
        book.priors().waiting(waiting, "demo/shop/cache");
        Map<String, Finding> findings = new TreeMap<>();
        long time = feed(book, start, 3, 10, findings);

        EntityBook restored = EntityBookCountTest.restored(book);
        restored.priors().shelve(read(Objects.requireNonNull(book.priors().changedShelf())));
        restored.priors().waiting(new Priors(), "demo/shop/cache");
        feed(restored, time, 8, 100, findings);

        assertThat(findings.values())
                .singleElement()
                .satisfies(finding -> assertThat(finding.upper()).isLessThan(50));
    }

    @Test
    void whatWaitsIsBoundedAndTheOldestHistoryGivesWay() {
        Priors waiting = new Priors();
        Prior young = prior(10, 2_000_000);
        for (int i = 0; i < Priors.MOST; i++) {
            assertThat(waiting.put("demo/shop/cache|gauge||||m" + i + "|", young))
                    .isNull();
        }

        String gaveWay = waiting.put("demo/shop/other|gauge||||old|", prior(10, 1_000_000));

        assertThat(gaveWay).isEqualTo("demo/shop/other|gauge||||old|");
        assertThat(waiting.put("demo/shop/cache|gauge||||m7|", young)).isNull();
        assertThat(waiting.size()).isEqualTo(Priors.MOST);
        waiting.remove("demo/shop/cache|gauge||||m7|");
        assertThat(waiting.size()).isEqualTo(Priors.MOST - 1);
    }

    /** A backfill of eighty services must not have each book look through all of its signals eight thousand times. */
    @Test
    void aPriorOfAnotherServiceMakesNobodyLookForTheirs() {
        Priors waiting = new Priors();
        TakenPriors taken = new TakenPriors();
        taken.waiting(waiting, "demo/shop/cache");
        taken.catchUp(new JudgedSignals(8, true), row -> SignalKey.parse("demo/shop/cache|gauge||||m|"));
        waiting.put("demo/shop/other|gauge||||m|", prior(10, 1_000_000));
        boolean ofAnother = taken.isBehind();
        waiting.put("demo/shop/cache|gauge||||m|", prior(10, 1_000_000));

        assertThat(ofAnother).isFalse();
        assertThat(taken.isBehind()).isTrue();
    }

    @Test
    void aPriorIsOfNoSingleReplica() {
        assertThatThrownBy(() -> new Priors().put("demo/shop/cache|gauge|||node-1#1|m|", prior(1, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("every replica");
    }

    private static Prior prior(double level, long until) {
        History history = new History(SecretMask.standard(), House.TODAY);
        long from = until - 200 * 10_000L;
        for (int i = 0; i < 200; i++) {
            RowsBuilder rows = new RowsBuilder("demo/shop/cache", "node-1", "c", "1", from, from + i * 10_000L);
            rows.gauge("cache.entries", "", level + i % 3);
            history.take(rows.rows());
        }
        return Objects.requireNonNull(history.priors().get("demo/shop/cache|gauge||||cache.entries|"));
    }

    private static long feed(EntityBook book, long from, int steps, double level, Map<String, Finding> findings) {
        long time = from;
        for (int i = 0; i < steps; i++) {
            RowsBuilder rows = new RowsBuilder("demo/shop/cache", "node-1", "c", "1", from, time);
            rows.gauge("cache.entries", "", level + i % 3);
            book.accept(rows.rows(), time, Catalogue.of(List.of(), List.of()), new PointCounts(), new Nobody() {
                @Override
                public void finding(Finding finding) {
                    findings.put(finding.id(), finding);
                }
            });
            time += 10_000;
        }
        return time;
    }

    private static PriorShelf read(PriorShelf shelf) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        shelf.write(new DataOutputStream(bytes));
        PriorShelf read = PriorShelf.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(read).isEqualTo(shelf);
        return read;
    }

    private static class Nobody implements EntityBook.Output {
        static final Nobody LISTENS = new Nobody();

        @Override
        public void finding(Finding finding) {}

        @Override
        public void rollup(Rollup rollup) {}

        @Override
        public void red(SlotRed red) {}

        @Override
        public void heartbeat(Heartbeat heartbeat) {}

        @Override
        public void doubt(MetricDoubt doubt) {}
    }
}
