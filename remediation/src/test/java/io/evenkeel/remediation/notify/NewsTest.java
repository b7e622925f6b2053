package io.evenkeel.remediation.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.IncidentState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewsTest {
    @Test
    void pagesOnceForWhatMayPage() {
        assertThat(keys(IncidentState.OPEN, true, 0, null, List.of(), Set.of())).containsExactly("opened");
        assertThat(keys(IncidentState.OPEN, false, 0, "look", List.of("e1"), Set.of()))
                .as("what may not page stays silent, whatever else it needs")
                .isEmpty();
    }

    @Test
    void tellsTheEndOnlyToThoseWhoHeardTheBeginning() {
        assertThat(keys(IncidentState.RESOLVED, true, 1, null, List.of(), Set.of()))
                .isEmpty();
        assertThat(keys(IncidentState.RESOLVED, true, 1, null, List.of(), Set.of("opened")))
                .containsExactly("ended:resolved");
        assertThat(keys(IncidentState.MITIGATED, true, 1, null, List.of(), Set.of("opened")))
                .containsExactly("mitigated:1");
    }

    @Test
    void aReturnBeforeTheEndIsNewsOfItsOwn() {
        assertThat(keys(IncidentState.OPEN, true, 1, null, List.of(), Set.of("opened", "mitigated:1")))
                .containsExactly("opened", "reopened:1");
    }

    @Test
    void asksForPeopleAndApprovals() {
        assertThat(keys(IncidentState.OPEN, true, 0, "verification was inconclusive", List.of("e1", "e2"), Set.of()))
                .hasSize(4)
                .contains("approval:e1", "approval:e2");
    }

    private static List<String> keys(
            IncidentState state, boolean pages, int mitigations, String needs, List<String> waiting, Set<String> told) {
        return News.of(new News.Subject(state, pages, "Checkout fails", mitigations, needs, waiting, told)).stream()
                .map(News::key)
                .toList();
    }
}
