package io.evenkeel.testbed.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the platform knows after a restart is what its journal says. */
class LedgerTest {
    private final List<Entry> entries = new ArrayList<>();

    @Test
    void aRollbackForgetsTheVersionItLeft() {
        installed("payment", "4.11.3");
        applied("d-1", "deploy", "4.12.0");
        assertThat(desired().previous()).containsExactly("4.11.3");

        applied("r-1", "rollback", "4.11.3");

        assertThat(desired().version()).isEqualTo("4.11.3");
        assertThat(desired().previous())
                .as("a second rollback must not return to the bad one")
                .isEmpty();
    }

    @Test
    void deployingTheVersionAgainAfterARollbackCanBeRolledBackAgain() {
        installed("payment", "4.11.3");
        applied("d-1", "deploy", "4.12.0");
        applied("r-1", "rollback", "4.11.3");
        applied("u-1", "deploy", "4.12.0");

        assertThat(desired()).isEqualTo(new Ledger.Desired("4.12.0", List.of("4.11.3"), 1));
    }

    @Test
    void anIntentWithoutAnEndIsOpenAndChangesNothingYet() {
        installed("payment", "4.11.3");
        applied("d-1", "deploy", "4.12.0");
        entry("r-1", Entry.Phase.INTENT, "rollback", Map.of("version", "4.11.3"), "");

        Ledger ledger = Ledger.of(entries);

        assertThat(ledger.open()).extracting(Operation::token).containsExactly("r-1");
        assertThat(desired().version()).isEqualTo("4.12.0");
        assertThat(Ledger.target(desired(), "rollback", ledger.open().get(0).after())
                        .version())
                .isEqualTo("4.11.3");
    }

    @Test
    void aFailedOperationKeepsItsReasonAndChangesNothing() {
        installed("payment", "4.11.3");
        entry("d-1", Entry.Phase.INTENT, "deploy", Map.of("version", "4.12.0"), "");
        entry("d-1", Entry.Phase.FAILED, "deploy", Map.of("version", "4.11.3"), "payment-1-0f2c was not ready");

        assertThat(desired().version()).isEqualTo("4.11.3");
        assertThat(Ledger.of(entries).operations().get("d-1")).satisfies(operation -> {
            assertThat(operation.state()).isEqualTo(Operation.State.FAILED);
            assertThat(operation.error()).isEqualTo("payment-1-0f2c was not ready");
        });
    }

    @Test
    void scalingIsRemembered() {
        installed("payment", "4.11.3");
        applied("s-1", "scale", Map.of("replicas", 3));
        assertThat(desired().replicas()).isEqualTo(3);
    }

    private Ledger.Desired desired() {
        return Ledger.of(entries).services().get("payment");
    }

    private void installed(String service, String version) {
        entries.add(new Entry(
                entries.size() + 1,
                Instant.EPOCH,
                "",
                Entry.Phase.NOTE,
                "install",
                service,
                Map.of(),
                Map.of("version", version, "replicas", 1),
                ""));
    }

    private void applied(String token, String action, String version) {
        applied(token, action, Map.of("version", version));
    }

    private void applied(String token, String action, Map<String, Object> after) {
        entry(token, Entry.Phase.INTENT, action, after, "");
        entry(token, Entry.Phase.APPLIED, action, after, "");
    }

    private void entry(String token, Entry.Phase phase, String action, Map<String, Object> after, String text) {
        entries.add(
                new Entry(entries.size() + 1, Instant.EPOCH, token, phase, action, "payment", Map.of(), after, text));
    }
}
