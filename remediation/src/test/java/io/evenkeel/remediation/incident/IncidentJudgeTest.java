package io.evenkeel.remediation.incident;

import static io.evenkeel.remediation.TestObjects.FRONT_ERRORS;
import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.PAYMENT_ERRORS;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.IncidentLifecycle.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentJudgeTest {
    private static final Duration RESOLVE_AFTER = Duration.ofMinutes(5);
    private static final Instant BACK = ONSET.plusSeconds(132);
    private static final Instant CLOSED = BACK.plusSeconds(40);

    private final IncidentJudge judge = new IncidentJudge(RESOLVE_AFTER);

    @Test
    void isMitigatedWhenEveryHarmedSignalIsBack_atTheTimeOfTheLast() {
        Judgement judgement =
                judge.judge(facts(IncidentState.OPEN, back(BACK), back(BACK.plusSeconds(20))), BACK.plusSeconds(60));

        assertThat(judgement.event()).isEqualTo(Event.HARM_BACK_IN_BAND);
        assertThat(judgement.at()).isEqualTo(BACK.plusSeconds(20));
        assertThat(judgement.text())
                .isEqualTo("Users are served again: front POST /checkout error ratio and 1 more are back in the band of"
                        + " before, 2 min 32 s after the onset.");
    }

    @Test
    void staysOpenWhileOneHarmedSignalIsOut() {
        assertThat(judge.judge(facts(IncidentState.OPEN, back(BACK), out()), BACK.plusSeconds(60))
                        .event())
                .isNull();
    }

    @Test
    void opensAgainWhenTheHarmReturnsBeforeTheEnd() {
        assertThat(judge.judge(facts(IncidentState.MITIGATED, out()), BACK.plusSeconds(60))
                        .event())
                .isEqualTo(Event.HARM_OUT_AGAIN);
    }

    @Test
    void isResolvedWhenAllHarmStayedReturnedForLongEnough() {
        IncidentFacts facts = facts(IncidentState.MITIGATED, returned(CLOSED));

        assertThat(judge.judge(facts, CLOSED.plus(RESOLVE_AFTER).minusMillis(1)).event())
                .isNull();
        assertThat(judge.judge(facts, CLOSED.plus(RESOLVE_AFTER)).event()).isEqualTo(Event.RETURNED_FOR_GOOD);
    }

    @Test
    void waitsWithTheEndWhileARepairIsBeingVerified() {
        IncidentFacts facts = new IncidentFacts(
                1, IncidentState.MITIGATED, ONSET, true, true, null, null, true, List.of(returned(CLOSED)));

        assertThat(judge.judge(facts, CLOSED.plus(Duration.ofHours(1))).event()).isNull();
    }

    /** The second ending is never a recovery: the baseline learned the fault. */
    @Test
    void asksAPersonWhenTheFaultWasLearnedAsANewLevel() {
        HarmFact learned =
                new HarmFact("f1", FRONT_ERRORS, CLOSED, FindingEnding.ACCEPTED_AS_NEW_LEVEL, null, false, null);

        Judgement judgement =
                judge.judge(facts(IncidentState.OPEN, learned, returned(CLOSED)), CLOSED.plus(Duration.ofDays(1)));

        assertThat(judgement.event()).isNull();
        assertThat(judgement.needsPerson()).contains("learned as a new level");
    }

    @Test
    void aFindingThatWasOnlyReplacedIsNoRecovery() {
        HarmFact replaced = new HarmFact("f1", FRONT_ERRORS, CLOSED, FindingEnding.SUPERSEDED, null, false, null);

        assertThat(judge.judge(facts(IncidentState.OPEN, replaced), CLOSED.plus(Duration.ofDays(1)))
                        .event())
                .isNull();
        assertThat(judge.judge(facts(IncidentState.OPEN, replaced, returned(CLOSED)), CLOSED.plus(RESOLVE_AFTER))
                        .event())
                .isEqualTo(Event.RETURNED_FOR_GOOD);
    }

    /** What it measured last was good; then it fell silent, and a dead service serves nobody. */
    @Test
    void aServiceThatFellSilentIsNoRecovery() {
        Instant later = CLOSED.plus(RESOLVE_AFTER);
        HarmFact back = new HarmFact("f1", FRONT_ERRORS, null, null, BACK, false, CLOSED);
        HarmFact returned = new HarmFact("f1", FRONT_ERRORS, CLOSED, FindingEnding.RETURNED, BACK, false, CLOSED);
        HarmFact seen = new HarmFact("f1", FRONT_ERRORS, CLOSED, FindingEnding.RETURNED, BACK, false, later);

        assertThat(judge.judge(facts(IncidentState.OPEN, back), later).event()).isNull();
        assertThat(judge.judge(facts(IncidentState.OPEN, back), CLOSED).event()).isEqualTo(Event.HARM_BACK_IN_BAND);
        Judgement silent = judge.judge(facts(IncidentState.MITIGATED, returned), later);
        assertThat(silent.event()).isNull();
        assertThat(silent.needsPerson()).startsWith("front sends no telemetry any more");
        assertThat(judge.judge(facts(IncidentState.MITIGATED, seen), later).event())
                .isEqualTo(Event.RETURNED_FOR_GOOD);
    }

    /** Its signal went with it, so that its finding ended; another's return says nothing of it. */
    @Test
    void anotherServicesReturnDoesNotSpeakForASilentOne() {
        Instant later = CLOSED.plus(RESOLVE_AFTER);
        HarmFact gone = new HarmFact("f1", PAYMENT_ERRORS, CLOSED, FindingEnding.SUPERSEDED, null, false, ONSET);
        HarmFact seen = new HarmFact("f2", FRONT_ERRORS, CLOSED, FindingEnding.RETURNED, BACK, false, later);

        assertThat(judge.judge(facts(IncidentState.OPEN, gone, seen), later).event())
                .isNull();
        assertThat(judge.judge(facts(IncidentState.OPEN, gone, seen), later).needsPerson())
                .startsWith("payment sends no telemetry any more");
    }

    @Test
    void isSupersededOnlyIfNobodyActedOnIt() {
        IncidentFacts untouched =
                new IncidentFacts(1, IncidentState.OPEN, ONSET, false, false, "", null, true, List.of(out()));
        IncidentFacts touched =
                new IncidentFacts(1, IncidentState.OPEN, ONSET, true, false, "", null, true, List.of(out()));

        assertThat(judge.judge(untouched, CLOSED).event()).isEqualTo(Event.NOT_CONFIRMED);
        assertThat(judge.judge(touched, CLOSED).event()).isNull();
        assertThat(judge.judge(touched, CLOSED).needsPerson()).contains("was acted on");
    }

    @Test
    void isMergedOnceTheOtherIncidentIsKnown() {
        IncidentFacts early =
                new IncidentFacts(1, IncidentState.OPEN, ONSET, true, false, "inc-2", null, true, List.of(out()));
        IncidentFacts known =
                new IncidentFacts(1, IncidentState.OPEN, ONSET, true, false, "inc-2", 7L, true, List.of(out()));

        assertThat(judge.judge(early, CLOSED).event()).isNull();
        assertThat(judge.judge(known, CLOSED).event()).isEqualTo(Event.MERGED);
        assertThat(judge.judge(known, CLOSED).text()).contains("INC-7");
    }

    @Test
    void isOpenAgainWhenTheJobFindsItAfterAll() {
        assertThat(judge.judge(facts(IncidentState.SUPERSEDED, out()), CLOSED).event())
                .isEqualTo(Event.CONFIRMED_AGAIN);
    }

    @Test
    void anEndStaysAnEnd() {
        for (IncidentState state : List.of(IncidentState.RESOLVED, IncidentState.MERGED)) {
            assertThat(judge.judge(facts(state, returned(CLOSED)), CLOSED.plus(Duration.ofDays(1)))
                            .event())
                    .isNull();
        }
    }

    /** Without harm to users there is nothing to mitigate; the end comes when everything has returned. */
    @Test
    void anIncidentWithoutHarmIsResolvedAndNeverMitigated() {
        IncidentFacts quiet = new IncidentFacts(
                1,
                IncidentState.OPEN,
                ONSET,
                false,
                false,
                null,
                null,
                false,
                List.of(new HarmFact("f1", PAYMENT_ERRORS, null, null, BACK, false, null)));
        IncidentFacts over = new IncidentFacts(
                1, IncidentState.OPEN, ONSET, false, false, null, null, false, List.of(returned(CLOSED)));

        assertThat(judge.judge(quiet, CLOSED).event()).isNull();
        assertThat(judge.judge(over, CLOSED.plus(RESOLVE_AFTER)).event()).isEqualTo(Event.RETURNED_FOR_GOOD);
    }

    private static IncidentFacts facts(IncidentState state, HarmFact... harm) {
        return new IncidentFacts(1, state, ONSET, false, false, null, null, true, List.of(harm));
    }

    private static HarmFact back(Instant since) {
        return new HarmFact("f1", FRONT_ERRORS, null, null, since, false, null);
    }

    private static HarmFact out() {
        return new HarmFact("f2", PAYMENT_ERRORS, null, null, null, true, null);
    }

    private static HarmFact returned(Instant closedAt) {
        return new HarmFact("f3", FRONT_ERRORS, closedAt, FindingEnding.RETURNED, BACK, false, null);
    }
}
