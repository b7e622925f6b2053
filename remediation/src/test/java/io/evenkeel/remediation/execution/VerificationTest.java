package io.evenkeel.remediation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.Vocabulary;
import io.evenkeel.remediation.runbook.YamlNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Settle 10 s, windows of 10 s, three in a row, 20 samples, five minutes; band 0..0.03, level before the action 0.5. */
class VerificationTest {
    private static final Instant EFFECT = Instant.parse("2026-11-21T10:00:00Z");
    private static final FrozenBand BAND = FrozenBand.constant(EFFECT, 0, 0.01, 0.03);
    private static final WatchedSignal HARM =
            new WatchedSignal("harm", "harm", "error ratio of front", Direction.UP, BAND, 0.5, true, true);
    private static final WatchedSignal NEIGHBOUR = new WatchedSignal(
            "latency",
            "target.duration_p95",
            "response time of payment",
            Direction.UP,
            FrozenBand.constant(EFFECT, 0.1, 0.2, 0.3),
            0.2,
            false,
            false);

    @Test
    void recovered_afterThreeGoodWindowsInARow() {
        assertThat(judge(39, i -> 0.01).verdict()).isNull();
        Verification.Judgement judgement = judge(40, i -> 0.01);
        assertThat(judgement.verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(judgement.text()).isEqualTo("Recovered: error ratio of front back in the band of before for 30 s");
    }

    @Test
    void aBadWindowBetweenBeginsTheCountAnew() {
        assertThat(judge(50, i -> i == 2 ? 0.1 : 0.01).verdict()).isNull();
        assertThat(judge(60, i -> i == 2 ? 0.1 : 0.01).verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void theTimeOfSettlingIsNotJudged() {
        assertThat(judge(40, i -> i == 0 ? 0.9 : 0.01).verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void notRecovered_whenItIsStillOutsideAtTheEnd() {
        assertThat(judge(299, i -> 0.4).verdict()).isNull();
        assertThat(judge(300, i -> 0.4).verdict()).isEqualTo(Verdict.NOT_RECOVERED);
    }

    @Test
    void worsened_whenItIsFurtherOutThanBefore() {
        assertThat(judge(40, i -> 0.8).verdict()).isEqualTo(Verdict.WORSENED);
        assertThat(judge(40, i -> 0.55).verdict())
                .as("within a fifth of before")
                .isNull();
    }

    @Test
    void worsened_whenANeighbourThatWasWellIsHarmed() {
        Map<String, List<Verification.Sample>> samples = new HashMap<>();
        samples.put("harm", samples(40, i -> 0.01, 200));
        samples.put("latency", samples(40, i -> 2.0, 200));

        assertThat(judge(plan(HARM, NEIGHBOUR), 40, samples, Set.of(), Set.of()).verdict())
                .isEqualTo(Verdict.WORSENED);
    }

    @Test
    void inconclusive_whenThereIsNoData() {
        assertThat(judge(plan(HARM), 329, Map.of(), Set.of(), Set.of()).verdict())
                .as("the last rollups of its time may still be on their way")
                .isNull();
        assertThat(judge(plan(HARM), 330, Map.of(), Set.of(), Set.of()).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void inconclusive_whenTooFewRequestsStandBehindIt() {
        assertThat(judge(plan(HARM), 330, Map.of("harm", samples(330, i -> 0.0, 5)), Set.of(), Set.of())
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void dataThatStopsIsNeverGood() {
        Map<String, List<Verification.Sample>> cut = Map.of("harm", samples(30, i -> 0.01, 200));
        assertThat(judge(plan(HARM), 40, cut, Set.of(), Set.of()).verdict()).isNull();
        assertThat(judge(plan(HARM), 330, cut, Set.of(), Set.of()).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void anOpenAlarmForbidsRecovered() {
        Map<String, List<Verification.Sample>> good = Map.of("harm", samples(360, i -> 0.01, 200));
        assertThat(judge(plan(HARM), 60, good, Set.of("f1"), Set.of()).verdict())
                .isNull();
        assertThat(judge(plan(HARM), 359, good, Set.of("f1"), Set.of()).verdict())
                .as("the finding's end may be late")
                .isNull();
        assertThat(judge(plan(HARM), 359, good, Set.of(), Set.of()).verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(judge(plan(HARM), 360, good, Set.of("f1"), Set.of()))
                .extracting(Verification.Judgement::verdict, Verification.Judgement::text)
                .containsExactly(
                        Verdict.INCONCLUSIVE,
                        "Inconclusive: error ratio of front back in the band of before, but 1 original finding is still open");
        assertThat(judge(plan(HARM), 300, good, Set.of(), Set.of("f1")).verdict())
                .isEqualTo(Verdict.NOT_RECOVERED);
    }

    /** It returned in its last ten seconds: neither outside any more nor proven yet. */
    @Test
    void aReturnThatBeganInTimeMayProveItself() {
        IntToDoubleFunction late = i -> i < 29 ? 0.4 : 0.01;
        assertThat(judge(plan(HARM), 300, Map.of("harm", samples(300, late, 200)), Set.of(), Set.of())
                        .verdict())
                .isNull();
        assertThat(judge(plan(HARM), 320, Map.of("harm", samples(320, late, 200)), Set.of(), Set.of())
                        .verdict())
                .isEqualTo(Verdict.RECOVERED);
        IntToDoubleFunction again = i -> i == 29 ? 0.01 : 0.4;
        assertThat(judge(plan(HARM), 310, Map.of("harm", samples(310, again, 200)), Set.of(), Set.of())
                        .verdict())
                .isEqualTo(Verdict.NOT_RECOVERED);
    }

    /** Whenever it is looked at: what came after its time is not its doing. */
    @Test
    void aReturnAfterItsTimeDoesNotCount() {
        IntToDoubleFunction tooLate = i -> i < 30 ? 0.4 : 0.01;
        assertThat(judge(plan(HARM), 1000, Map.of("harm", samples(1000, tooLate, 200)), Set.of(), Set.of())
                        .verdict())
                .isEqualTo(Verdict.NOT_RECOVERED);
    }

    @Test
    void theRunbooksOwnQuestionsDecide() {
        Verification.Questions questions = new Verification.Questions(
                question("sli('harm') <= baseline.upper * 10.0"), question("sli('harm') > before * 1.2"));
        Map<String, List<Verification.Sample>> samples = Map.of("harm", samples(40, i -> 0.2, 200));

        assertThat(Verification.judge(
                                plan(HARM), questions, EFFECT, EFFECT.plusSeconds(40), samples, Set.of(), Set.of())
                        .verdict())
                .isEqualTo(Verdict.RECOVERED);
    }

    /** RECOVERED never with fewer than three good windows, whatever the values. */
    @Property(tries = 500)
    void neverRecoveredWithoutThreeGoodWindows(
            @ForAll @Size(30) List<@DoubleRange(min = 0, max = 1) Double> values,
            @ForAll @IntRange(max = 320) int seconds) {
        Verification.Judgement judgement = judge(seconds, values::get);
        if (judgement.verdict() == Verdict.RECOVERED) {
            int last = seconds / 10 - 1;
            for (int i = last; i > last - 3; i--) {
                assertThat(values.get(Math.min(i, 29))).isLessThanOrEqualTo(0.03);
            }
        }
    }

    private static Verification.Judgement judge(int seconds, IntToDoubleFunction value) {
        return judge(
                plan(HARM), seconds, Map.of("harm", samples(Math.min(seconds, 300), value, 200)), Set.of(), Set.of());
    }

    private static Verification.Judgement judge(
            VerifyPlan plan,
            int seconds,
            Map<String, List<Verification.Sample>> samples,
            Set<String> open,
            Set<String> relearned) {
        return Verification.judge(
                plan, Verification.Questions.NONE, EFFECT, EFFECT.plusSeconds(seconds), samples, open, relearned);
    }

    private static VerifyPlan plan(WatchedSignal... signals) {
        return new VerifyPlan(10, 10, 3, 20, 300, "", "", List.of(signals), List.of("f1"));
    }

    private static List<Verification.Sample> samples(int seconds, IntToDoubleFunction value, long count) {
        List<Verification.Sample> samples = new ArrayList<>();
        for (int i = 0; i < seconds / 10; i++) {
            samples.add(new Verification.Sample(EFFECT.plusSeconds(i * 10L), 10, count, value.applyAsDouble(i)));
        }
        return samples;
    }

    private static Expression question(String text) {
        return Expression.compile(new YamlNode.Scalar("f", 1, text, text), Vocabulary.verification(), new Problems())
                .orElseThrow();
    }
}
