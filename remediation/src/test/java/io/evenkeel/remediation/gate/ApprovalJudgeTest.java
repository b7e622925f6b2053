package io.evenkeel.remediation.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApprovalJudgeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Person ADA = new Person("ada", "approver", false);

    @Test
    void aYesToWhatIsShownCounts() {
        assertThat(approve(question("evenkeel", 1, Set.of()), ADA, "d1")).isEqualTo(ApprovalJudge.Answer.ACCEPTED);
    }

    @Test
    void aYesToAnythingElseIsStale() {
        assertThat(approve(question("evenkeel", 1, Set.of()), ADA, "d0")).isEqualTo(ApprovalJudge.Answer.STALE);
    }

    @Test
    void nobodyApprovesTheirOwnWish() {
        assertThat(approve(question("ada", 1, Set.of()), ADA, "d1")).isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
    }

    @Test
    void aServiceNeverApproves() {
        assertThat(approve(question("evenkeel", 1, Set.of()), new Person("ci", "admin", true), "d1"))
                .isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
    }

    @Test
    void itTakesTheRole() {
        assertThat(approve(question("evenkeel", 1, Set.of()), new Person("eve", "responder", false), "d1"))
                .isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
        assertThat(approve(question("evenkeel", 1, Set.of()), new Person("root", "admin", false), "d1"))
                .isEqualTo(ApprovalJudge.Answer.ACCEPTED);
        assertThat(approve(question("evenkeel", 1, Set.of()), new Person("x", "owner", false), "d1"))
                .isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
    }

    /** A peer lets everybody answer where no one is named. */
    @Test
    void withoutARuleOnWho_nobodyMay() {
        GateDecision nobody = new GateDecision(
                GateOutcome.ASK,
                TrustLevel.APPROVE,
                Risk.HIGH,
                List.of(),
                List.of(),
                1,
                List.of(),
                List.of(),
                900,
                false,
                null);
        ApprovalJudge.Question question =
                new ApprovalJudge.Question(true, "d1", "evenkeel", NOW.plusSeconds(60), nobody, Set.of());

        assertThat(approve(question, ADA, "d1")).isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
    }

    @Test
    void aQuorumCountsDistinctPeople() {
        assertThat(approve(question("evenkeel", 2, Set.of()), ADA, "d1")).isEqualTo(ApprovalJudge.Answer.COUNTED);
        assertThat(approve(question("evenkeel", 2, Set.of("ada")), ADA, "d1")).isEqualTo(ApprovalJudge.Answer.COUNTED);
        assertThat(approve(question("evenkeel", 2, Set.of("bob")), ADA, "d1")).isEqualTo(ApprovalJudge.Answer.ACCEPTED);
    }

    @Test
    void oneNoEndsIt_andAnExpiredQuestionTakesNoAnswer() {
        ApprovalJudge.Question question = question("evenkeel", 2, Set.of("bob"));
        assertThat(ApprovalJudge.judge(question, ADA, ApprovalJudge.Decision.DENY, "d1", NOW)
                        .answer())
                .isEqualTo(ApprovalJudge.Answer.ENDED);
        assertThat(ApprovalJudge.judge(question, ADA, ApprovalJudge.Decision.APPROVE, "d1", NOW.plusSeconds(60))
                        .answer())
                .isEqualTo(ApprovalJudge.Answer.EXPIRED);
    }

    private static ApprovalJudge.Answer approve(ApprovalJudge.Question question, Person person, String digest) {
        return ApprovalJudge.judge(question, person, ApprovalJudge.Decision.APPROVE, digest, NOW)
                .answer();
    }

    private static ApprovalJudge.Question question(String requestedBy, int quorum, Set<String> approvedBy) {
        GateDecision gate = new GateDecision(
                GateOutcome.ASK,
                TrustLevel.APPROVE,
                Risk.HIGH,
                List.of(),
                List.of(),
                quorum,
                List.of("approver", "admin"),
                List.of(),
                900,
                false,
                null);
        return new ApprovalJudge.Question(true, "d1", requestedBy, NOW.plusSeconds(60), gate, approvedBy);
    }
}
