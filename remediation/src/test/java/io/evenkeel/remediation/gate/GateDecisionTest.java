package io.evenkeel.remediation.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Right before the effect the gate is asked again: what was waited for must be enough for what it says then. */
class GateDecisionTest {
    private static final GateDecision RUN = decision(GateOutcome.RUN, 0, List.of(), List.of());
    private static final GateDecision VETO = decision(GateOutcome.RUN_AFTER_VETO, 0, List.of(), List.of());
    private static final GateDecision ASK = decision(GateOutcome.ASK, 1, List.of("approver", "admin"), List.of());
    private static final GateDecision REFUSE = decision(GateOutcome.REFUSE, 0, List.of(), List.of());

    @Test
    void aYesAnswersEverythingThatAsksForLess() {
        assertThat(RUN.isAnsweredBy(ASK)).isTrue();
        assertThat(VETO.isAnsweredBy(ASK)).isTrue();
        assertThat(VETO.isAnsweredBy(VETO)).isTrue();
        assertThat(ASK.isAnsweredBy(ASK)).isTrue();
    }

    @Test
    void whatRanAloneDoesNotPassAVetoWindowOrAQuestionThatCameSince() {
        assertThat(VETO.isAnsweredBy(RUN)).isFalse();
        assertThat(ASK.isAnsweredBy(RUN)).isFalse();
        assertThat(ASK.isAnsweredBy(VETO)).isFalse();
    }

    @Test
    void aYesOfOneDoesNotAnswerAQuestionToTwoOrToOthers() {
        assertThat(decision(GateOutcome.ASK, 2, ASK.roles(), List.of()).isAnsweredBy(ASK))
                .isFalse();
        assertThat(decision(GateOutcome.ASK, 1, List.of("admin"), List.of()).isAnsweredBy(ASK))
                .isFalse();
        assertThat(decision(GateOutcome.ASK, 1, ASK.roles(), List.of("ada")).isAnsweredBy(ASK))
                .isFalse();
    }

    @Test
    void aRefusalIsAnsweredByNothing() {
        assertThat(REFUSE.isAnsweredBy(ASK)).isFalse();
        assertThat(REFUSE.isAnsweredBy(REFUSE)).isFalse();
    }

    private static GateDecision decision(GateOutcome outcome, int quorum, List<String> roles, List<String> people) {
        return new GateDecision(
                outcome,
                TrustLevel.AUTO,
                Risk.LOW,
                List.of("because"),
                List.of(),
                quorum,
                roles,
                people,
                60,
                false,
                null);
    }
}
