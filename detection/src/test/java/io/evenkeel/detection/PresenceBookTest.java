package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is alive: every process exports each 10 s, time goes by the second. */
class PresenceBookTest {
    private static final long T = 1_800_000_000_000L;

    private PresenceBook book = new PresenceBook();
    private final List<Finding> findings = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<String> alive = new ArrayList<>();
    private long now = T;

    private final PresenceBook.Output out = new PresenceBook.Output() {
        @Override
        public void finding(Finding finding) {
            findings.add(finding);
        }

        @Override
        public void change(Change change) {
            changes.add(change);
        }
    };

    @BeforeEach
    void wake() {
        book.wake(1, now);
    }

    /** Names read service-instance-version, such as {@code catalog-1-v1}. */
    private void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += 1000;
            for (String name : alive) {
                if ((now + name.hashCode()) / 1000 % 10 == 0) {
                    beat(name);
                }
            }
            book.tick(now, out);
        }
    }

    /** Instance ids that change with every request take a bounded room; those known are watched on. */
    @Test
    void watchesABoundedNumberOfProcesses() {
        beat("catalog-0-v1");
        for (int i = 1; i < PresenceBook.MOST_PROCESSES; i++) {
            beat("load-" + i + "-v1");
        }
        beat("late-1-v1");
        for (int second = 0; second < 30; second += 10) {
            now += 10_000;
            beat("load-1-v1");
        }
        book.tick(now, out);

        assertThat(findings)
                .extracting(finding -> finding.signal().service().name())
                .contains("catalog")
                .doesNotContain("late");
    }

    private void beat(String name) {
        String[] parts = name.split("-");
        Map<String, String> facts = Map.of("service.instance.id", parts[1], "service.version", parts[2]);
        book.heard(
                new Heartbeat("demo/shop/" + parts[0], "node#" + parts[1], parts[1], facts, now, now - 3_000, 10_000),
                now,
                out);
    }

    @Test
    void notesASilentReplicaAndTakesItBackWhenItSpeaks() {
        alive.addAll(List.of("catalog-1-v1", "catalog-2-v1", "front-3-v1"));
        run(60);
        alive.remove("catalog-2-v1");
        run(14);
        assertThat(findings).isEmpty();
        run(25);

        assertThat(findings.get(0).signal().id()).isEqualTo("demo/shop/catalog|presence|||node#2|presence|");
        assertThat(findings.get(0).attributes()).containsEntry("service.instance.id", "2");
        alive.add("catalog-2-v1");
        run(15);
        assertThat(findings.get(findings.size() - 1).ending()).isEqualTo(FindingEnding.RETURNED);
    }

    @Test
    void aServiceWithoutAnyReplicaLeftIsNotedAsAWhole() {
        alive.addAll(List.of("payment-1-v1", "front-3-v1"));
        run(60);
        alive.remove("payment-1-v1");
        run(40);

        assertThat(findings.get(0).signal().id()).isEqualTo("demo/shop/payment|presence||||presence|");
    }

    @Test
    void aRollingDeployIsOneChangeAndNoFinding() {
        alive.addAll(List.of("catalog-1-v1", "catalog-2-v1", "front-3-v1"));
        run(60);
        alive.add("catalog-4-v2");
        run(12);
        alive.remove("catalog-1-v1");
        run(5);
        alive.add("catalog-5-v2");
        run(12);
        alive.remove("catalog-2-v1");
        run(120);

        assertThat(findings).isEmpty();
        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(ChangeKind.DEPLOY);
            assertThat(change.fromVersion()).isEqualTo("v1");
            assertThat(change.toVersion()).isEqualTo("v2");
            assertThat(change.id()).startsWith("deploy:demo/shop/catalog:v2:").endsWith(":00Z");
        });
    }

    @Test
    void goingBackToTheVersionBeforeIsARollback() {
        alive.add("payment-1-v1");
        run(30);
        alive.set(0, "payment-2-v2");
        run(30);
        alive.set(0, "payment-3-v1");
        run(30);

        assertThat(changes).extracting(Change::kind).containsExactly(ChangeKind.DEPLOY, ChangeKind.ROLLBACK);
    }

    @Test
    void aSuccessorClosesTheFindingAboutItsPredecessor() {
        alive.addAll(List.of("catalog-1-v1", "catalog-2-v1", "front-3-v1"));
        run(60);
        alive.remove("catalog-2-v1");
        run(40);
        alive.add("catalog-7-v1");
        run(15);

        assertThat(findings.get(findings.size() - 1).ending()).isEqualTo(FindingEnding.RETURNED);
        assertThat(findings)
                .extracting(Finding::id)
                .containsOnly(findings.get(0).id());
    }

    @Test
    void nobodyIsSilentForTheTimeTheJobItselfWasAway() {
        alive.addAll(List.of("catalog-1-v1", "front-3-v1"));
        run(60);
        now += 600_000;
        book = book.copy();
        book.wake(2, now);
        run(20);

        assertThat(findings).isEmpty();
    }

    @Test
    void aScaledDownReplicaIsForgottenAfterTenMinutes() {
        alive.addAll(List.of("catalog-1-v1", "catalog-2-v1"));
        run(60);
        alive.remove("catalog-2-v1");
        run(700);

        assertThat(findings.get(findings.size() - 1).ending()).isEqualTo(FindingEnding.ACCEPTED_AS_NEW_LEVEL);
        int seen = findings.size();
        run(100);
        assertThat(findings).hasSize(seen);
    }
}
