package io.evenkeel.remediation.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import io.evenkeel.remediation.runbook.ApprovalRule;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Facts;
import io.evenkeel.remediation.runbook.Grant;
import io.evenkeel.remediation.runbook.Limits;
import io.evenkeel.remediation.runbook.Policy;
import io.evenkeel.remediation.runbook.PolicyRule;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.Vocabulary;
import io.evenkeel.remediation.runbook.YamlNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final PolicyRule ALLOW = rule("allow", "true", new PolicyRule.Effect.Allow());
    private static final PolicyRule ASK =
            rule("ask", "true", new PolicyRule.Effect.Approve(new ApprovalRule(1, List.of(), List.of(), null)));
    private static final PolicyRule DENY = rule("deny", "true", new PolicyRule.Effect.Deny());
    private static final PolicyRule UNANSWERABLE = rule("odd", "change.ageSeconds < 60", new PolicyRule.Effect.Allow());
    private static final PolicyRule CAP_SUGGEST = rule("cap", "true", new PolicyRule.Effect.Cap(TrustLevel.SUGGEST));

    static Stream<Arguments> table() {
        return Stream.of(
                row("fresh install suggests", Risk.LOW, null, List.of(ALLOW), GateOutcome.SUGGEST),
                row("no rule at all suggests", Risk.LOW, null, List.of(), GateOutcome.SUGGEST),
                row("a grant without a rule suggests", Risk.LOW, TrustLevel.AUTO, List.of(), GateOutcome.SUGGEST),
                row("a rule may ask without a grant", Risk.HIGH, null, List.of(ASK), GateOutcome.ASK),
                row("an observe grant stays observe", Risk.LOW, TrustLevel.OBSERVE, List.of(ASK), GateOutcome.OBSERVE),
                row("low risk runs when granted", Risk.LOW, TrustLevel.AUTO, List.of(ALLOW), GateOutcome.RUN),
                row("medium risk runs when granted", Risk.MEDIUM, TrustLevel.AUTO, List.of(ALLOW), GateOutcome.RUN),
                row("high risk never runs alone", Risk.HIGH, TrustLevel.AUTO, List.of(ALLOW), GateOutcome.ASK),
                row(
                        "high risk has no veto window",
                        Risk.HIGH,
                        TrustLevel.AUTO_AFTER_VETO,
                        List.of(ALLOW),
                        GateOutcome.ASK),
                row("veto window", Risk.LOW, TrustLevel.AUTO_AFTER_VETO, List.of(ALLOW), GateOutcome.RUN_AFTER_VETO),
                row("approve grant asks", Risk.LOW, TrustLevel.APPROVE, List.of(ALLOW), GateOutcome.ASK),
                row(
                        "an asking rule beats an allowing one",
                        Risk.LOW,
                        TrustLevel.AUTO,
                        List.of(ALLOW, ASK),
                        GateOutcome.ASK),
                row("a cap beats a grant", Risk.LOW, TrustLevel.AUTO, List.of(ALLOW, CAP_SUGGEST), GateOutcome.SUGGEST),
                row("a cap beats an asking rule", Risk.LOW, null, List.of(ASK, CAP_SUGGEST), GateOutcome.SUGGEST),
                row("deny beats all", Risk.LOW, TrustLevel.AUTO, List.of(ALLOW, DENY), GateOutcome.REFUSE),
                row(
                        "an unanswerable rule denies",
                        Risk.LOW,
                        TrustLevel.AUTO,
                        List.of(ALLOW, UNANSWERABLE),
                        GateOutcome.REFUSE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void decides(String name, Risk risk, TrustLevel level, List<PolicyRule> rules, GateOutcome expected) {
        GateDecision decision = Gate.decide(new Input().risk(risk).grant(level).build(), policy(rules));

        assertThat(decision.outcome()).as(decision.reasons().toString()).isEqualTo(expected);
        assertThat(decision.reasons()).isNotEmpty();
    }

    @Test
    void whatHoldsEverythingBack() {
        assertRefused(new Input().stop(), "Stop is engaged (global) by ada");
        assertRefused(new Input().unmet("target.healthy >= 2"), "Precondition does not hold: target.healthy >= 2");
        assertRefused(new Input().dataAge(Duration.ofSeconds(91)), "is 91 s old");
        assertRefused(new Input().dataAge(null), "There is no telemetry of demo");
        assertRefused(new Input().withoutLease(), "Another control plane");
        assertRefused(new Input().history(new History(3, null, 0)), "It ran 3 times in 24 h; the limit is 3");
        assertRefused(new Input().history(new History(1, NOW.minusSeconds(60), 0)), "It rests until");
        assertRefused(new Input().history(new History(2, null, 2)), "did not help 2 times");
        assertThat(Gate.decide(new Input().history(new History(2, null, 2)).build(), policy(List.of(ALLOW)))
                        .blockedByRepeats())
                .isTrue();
    }

    /** Pins the direction: more confidence may only let more through (a peer had it the wrong way round). */
    @Test
    void confidenceBelowTheThresholdAsks() {
        assertThat(outcome(new Input().confidence(0.79, true))).isEqualTo(GateOutcome.ASK);
        assertThat(outcome(new Input().confidence(0.81, true))).isEqualTo(GateOutcome.RUN);
        assertThat(outcome(new Input().confidence(Double.NaN, true))).isEqualTo(GateOutcome.ASK);
    }

    @Test
    void uncalibratedCountsAsBelowUnlessTheGrantSaysOtherwise() {
        assertThat(outcome(new Input().confidence(0.99, false))).isEqualTo(GateOutcome.ASK);
        assertThat(outcome(new Input().confidence(0.99, false).accepting(Double.NaN)))
                .isEqualTo(GateOutcome.RUN);
        assertThat(outcome(new Input().confidence(0.5, false).accepting(Double.NaN)))
                .isEqualTo(GateOutcome.ASK);
        assertThat(outcome(new Input().confidence(0.5, false).accepting(0.3))).isEqualTo(GateOutcome.RUN);
    }

    @Test
    void theStrictestOfAllAsksCounts() {
        PolicyRule two = rule(
                "two",
                "true",
                new PolicyRule.Effect.Approve(
                        new ApprovalRule(2, List.of("admin"), List.of("ada", "bob"), Duration.ofMinutes(5))));
        GateDecision decision =
                Gate.decide(new Input().risk(Risk.HIGH).grant(null).build(), policy(List.of(ASK, two)));

        assertThat(decision.quorum()).isEqualTo(2);
        assertThat(decision.roles()).containsExactly("admin");
        assertThat(decision.people()).containsExactly("ada", "bob");
        assertThat(decision.expirySeconds()).isEqualTo(300);
    }

    /** Two groups without a common member: nobody may, which must never become anybody may. */
    @Test
    void groupsWithoutACommonMemberRefuse() {
        PolicyRule one = rule(
                "one", "true", new PolicyRule.Effect.Approve(new ApprovalRule(1, List.of(), List.of("ada"), null)));
        PolicyRule other = rule(
                "other", "true", new PolicyRule.Effect.Approve(new ApprovalRule(1, List.of(), List.of("bob"), null)));

        assertThat(Gate.decide(new Input().build(), policy(List.of(one, other))).outcome())
                .isEqualTo(GateOutcome.REFUSE);
    }

    @Test
    void irreversibleTakesTwoPeople() {
        GateDecision decision =
                Gate.decide(new Input().risk(Risk.HIGH).irreversible().build(), policy(List.of(ALLOW)));

        assertThat(decision.outcome()).isEqualTo(GateOutcome.ASK);
        assertThat(decision.quorum()).isEqualTo(2);
    }

    /** Whatever else is true, one more rule never lets more through, except an asking one, and that only to asking. */
    @Property(tries = 200)
    void aFurtherRuleNeverLetsAPlanRun(
            @ForAll Risk risk,
            @ForAll TrustLevel level,
            @ForAll boolean calibrated,
            @ForAll @net.jqwik.api.constraints.IntRange(max = 4) int rule) {
        List<PolicyRule> all = List.of(ALLOW, ASK, DENY, UNANSWERABLE, CAP_SUGGEST);
        GateInput input =
                new Input().risk(risk).grant(level).confidence(0.9, calibrated).build();
        List<PolicyRule> more = new ArrayList<>(List.of(ALLOW));
        more.add(all.get(rule));

        boolean ranBefore = Gate.decide(input, policy(List.of(ALLOW))).outcome() == GateOutcome.RUN;
        boolean runsNow = Gate.decide(input, policy(more)).outcome() == GateOutcome.RUN;

        assertThat(!runsNow || ranBefore).isTrue();
        assertThat(risk == Risk.HIGH && runsNow).isFalse();
    }

    private static GateOutcome outcome(Input input) {
        return Gate.decide(input.build(), policy(List.of(ALLOW))).outcome();
    }

    private static void assertRefused(Input input, String reason) {
        GateDecision decision = Gate.decide(input.build(), policy(List.of(ALLOW)));
        assertThat(decision.outcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(decision.reasons()).anyMatch(text -> text.contains(reason));
    }

    private static Policy policy(List<PolicyRule> rules) {
        return new Policy("v1", 0.8, Duration.ofSeconds(90), Map.of(), rules);
    }

    private static PolicyRule rule(String id, String when, PolicyRule.Effect effect) {
        Expression expression = Expression.compile(
                        new YamlNode.Scalar("policy.yaml", 1, when, when), Vocabulary.policy(), new Problems())
                .orElseThrow();
        return new PolicyRule(id, expression, effect, "", 1);
    }

    private static Arguments row(
            String name, Risk risk, TrustLevel level, List<PolicyRule> rules, GateOutcome expected) {
        return Arguments.of(name, risk, level, rules, expected);
    }

    /** A plan that runs by itself unless told otherwise. */
    private static final class Input {
        private Risk risk = Risk.LOW;
        private TrustLevel level = TrustLevel.AUTO;
        private boolean irreversible;
        private double confidence = 0.9;
        private boolean calibrated = true;
        private boolean accepts;
        private double minConfidence = Double.NaN;
        private List<String> unmet = List.of();
        private List<Stop> stops = List.of();
        private History history = History.NONE;
        private Duration dataAge = Duration.ofSeconds(5);
        private boolean lease = true;

        Input risk(Risk next) {
            risk = next;
            return this;
        }

        Input grant(TrustLevel next) {
            level = next;
            return this;
        }

        Input irreversible() {
            irreversible = true;
            return this;
        }

        Input confidence(double next, boolean isCalibrated) {
            confidence = next;
            calibrated = isCalibrated;
            return this;
        }

        Input accepting(double min) {
            accepts = true;
            minConfidence = min;
            return this;
        }

        Input unmet(String text) {
            unmet = List.of(text);
            return this;
        }

        Input stop() {
            stops = List.of(new Stop("global", "ada", "odd"));
            return this;
        }

        Input history(History next) {
            history = next;
            return this;
        }

        Input dataAge(Duration next) {
            dataAge = next;
            return this;
        }

        Input withoutLease() {
            lease = false;
            return this;
        }

        GateInput build() {
            Grant grant = level == null
                    ? null
                    : new Grant(
                            "r",
                            "demo",
                            level,
                            NOW.plusSeconds(60),
                            "admin",
                            "why",
                            accepts,
                            minConfidence,
                            Duration.ofMinutes(5),
                            "grants.yaml",
                            4);
            return new GateInput(
                    "r",
                    "demo",
                    risk,
                    irreversible,
                    confidence,
                    calibrated,
                    unmet,
                    Facts.of(Map.of("env", "demo")),
                    grant,
                    null,
                    stops,
                    new Limits("", 3, Duration.ofMinutes(2), 1, 100, 0),
                    history,
                    dataAge,
                    lease,
                    NOW);
        }
    }
}
