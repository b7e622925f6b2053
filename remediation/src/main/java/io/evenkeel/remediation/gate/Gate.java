package io.evenkeel.remediation.gate;

import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import io.evenkeel.remediation.runbook.ApprovalRule;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Grant;
import io.evenkeel.remediation.runbook.Policy;
import io.evenkeel.remediation.runbook.PolicyRule;
import io.evenkeel.remediation.runbook.YamlMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The gate every repair passes, at planning and again right before its first effect. Of everything that applies the most
 * restrictive wins; whatever cannot be answered counts as no. It only ever lowers what trust allows, with one exception
 * that people write themselves: an {@code approve} rule of the policy may ask where trust would merely suggest.
 */
public final class Gate {
    /** Runs without recovery in 24 h after which a runbook is blocked on a target (REMEDIATION.md 1.1, repeat guard). */
    public static final int REPEATS = 2;

    /** An irreversible step takes at least two people (REMEDIATION.md 1.4). */
    static final int IRREVERSIBLE_QUORUM = 2;

    private Gate() {}

    public static GateDecision decide(GateInput input, Policy policy) {
        return new Decision(input, policy).decide();
    }

    /** How long a question stays open when nobody says otherwise: low 60, medium 30, high 15 min (REMEDIATION.md 1.2). */
    static Duration expiry(Risk risk) {
        return switch (risk) {
            case LOW -> Duration.ofMinutes(60);
            case MEDIUM -> Duration.ofMinutes(30);
            case HIGH -> Duration.ofMinutes(15);
        };
    }

    /** One decision in the making. */
    private static final class Decision {
        private final GateInput in;
        private final Policy policy;
        private final List<String> reasons = new ArrayList<>();
        private final List<String> rules = new ArrayList<>();
        private List<String> roles = List.of();
        private List<String> people = List.of();
        private int quorum = 1;
        private @Nullable Duration expires;
        private TrustLevel level;
        private boolean refused;
        private boolean allowed;
        private boolean blockedByRepeats;

        Decision(GateInput in, Policy policy) {
            this.in = in;
            this.policy = policy;
            this.level = trust();
        }

        GateDecision decide() {
            hardStops();
            if (!refused) {
                applyPolicy();
            }
            if (!refused) {
                capByRunbook();
                capByRisk();
                capByConfidence();
            }
            return answer();
        }

        private TrustLevel trust() {
            Grant grant = in.grant();
            return grant == null ? TrustLevel.SUGGEST : grant.level();
        }

        private void hardStops() {
            in.stops().forEach(stop -> refuse(stop.text()));
            if (!in.holdsLease()) {
                refuse("Another control plane holds the lease");
            }
            in.unmet().forEach(text -> refuse("Precondition does not hold: " + text));
            Duration age = in.dataAge();
            if (age == null || age.compareTo(policy.maxDataAge()) > 0) {
                refuse(
                        age == null
                                ? "There is no telemetry of " + in.environment() + ": no step starts blind"
                                : "The newest telemetry of " + in.environment() + " is " + age.toSeconds()
                                        + " s old: no step starts blind");
            }
            if (in.history().failedInDay() >= REPEATS) {
                blockedByRepeats = true;
                refuse("It did not help " + in.history().failedInDay()
                        + " times here in 24 h: blocked, a person must look");
            }
            if (in.history().runsInDay() >= in.limits().maxPerDay()) {
                refuse("It ran " + in.history().runsInDay() + " times in 24 h; the limit is "
                        + in.limits().maxPerDay());
            }
            Instant end = in.history().lastEnd();
            if (end != null && end.plus(in.limits().cooldown()).isAfter(in.now())) {
                refuse("It rests until "
                        + end.plus(in.limits().cooldown()).truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        + " (cooldown " + minutes(in.limits().cooldown()) + " after its last run here)");
            }
        }

        private void applyPolicy() {
            TrustLevel cap = TrustLevel.AUTO;
            boolean asks = false;
            for (PolicyRule rule : policy.rules()) {
                Expression.Answer answer = rule.when().ask(in.facts());
                if (answer.error() != null) {
                    rules.add(rule.id());
                    refuse("Policy rule " + rule.id() + " cannot be answered, which counts as no: " + answer.error());
                    continue;
                }
                if (!answer.held()) {
                    continue;
                }
                rules.add(rule.id());
                PolicyRule.Effect effect = rule.effect();
                if (effect instanceof PolicyRule.Effect.Deny) {
                    refuse("Policy forbids it: " + said(rule));
                } else if (effect instanceof PolicyRule.Effect.Cap capped) {
                    allowed = true;
                    cap = min(cap, capped.level());
                    reasons.add("Policy goes no further than " + YamlMap.word(capped.level()) + ": " + said(rule));
                } else if (effect instanceof PolicyRule.Effect.Approve approve) {
                    allowed = true;
                    asks = true;
                    cap = min(cap, TrustLevel.APPROVE);
                    require(approve.rule());
                    reasons.add("Policy asks people: " + said(rule));
                } else {
                    allowed = true;
                }
            }
            if (!allowed && !refused) {
                cap = min(cap, TrustLevel.SUGGEST);
                reasons.add("No policy rule allows it");
            }
            if (asks && level == TrustLevel.SUGGEST) {
                level = TrustLevel.APPROVE;
            }
            level = min(level, cap);
        }

        private void capByRunbook() {
            ApprovalRule own = in.runbookApproval();
            if (own != null && level.compareTo(TrustLevel.APPROVE) >= 0) {
                require(own);
                cap(TrustLevel.APPROVE, "The runbook itself asks for approval");
            }
        }

        private void capByRisk() {
            if (in.irreversible()) {
                quorum = Math.max(quorum, IRREVERSIBLE_QUORUM);
                cap(TrustLevel.APPROVE, "It cannot be taken back: " + quorum + " people must approve");
            } else if (in.risk() == Risk.HIGH) {
                cap(TrustLevel.APPROVE, "High risk always waits for a person");
            }
        }

        private void capByConfidence() {
            Grant grant = in.grant();
            if (level.compareTo(TrustLevel.APPROVE) <= 0 || grant == null) {
                return;
            }
            double threshold =
                    Double.isNaN(grant.minConfidence()) ? policy.automaticConfidence() : grant.minConfidence();
            if (!in.calibrated() && !grant.acceptsUncalibrated()) {
                cap(
                        TrustLevel.APPROVE,
                        "The confidence is uncalibrated, which counts as below every automatic threshold");
            } else if (!(in.confidence() >= threshold)) {
                cap(
                        TrustLevel.APPROVE,
                        String.format(
                                Locale.ROOT,
                                "Confidence %.2f is below the automatic threshold %.2f",
                                in.confidence(),
                                threshold));
            }
        }

        private GateDecision answer() {
            GateOutcome outcome = refused ? GateOutcome.REFUSE : outcome(level);
            Grant grant = in.grant();
            if (grant == null && outcome == GateOutcome.SUGGEST) {
                reasons.add("Nothing acts in " + in.environment() + " without a grant (grants.yaml)");
            } else if (grant != null && !refused) {
                reasons.add(granted(outcome, grant));
            }
            boolean asks = outcome == GateOutcome.ASK;
            Duration wait = asks ? expires == null ? expiry(in.risk()) : expires : Duration.ZERO;
            if (outcome == GateOutcome.RUN_AFTER_VETO && grant != null) {
                wait = grant.vetoWindow();
            }
            return new GateDecision(
                    outcome,
                    trust(),
                    in.risk(),
                    reasons,
                    rules,
                    asks ? quorum : 0,
                    asks ? roles.isEmpty() ? ApprovalRule.APPROVERS : roles : List.of(),
                    asks ? people : List.of(),
                    wait.toSeconds(),
                    blockedByRepeats,
                    grant == null ? null : note(grant));
        }

        private static String granted(GateOutcome outcome, Grant grant) {
            String by = "grant " + grant.runbook() + " in " + grant.environment() + " by " + grant.by() + " ("
                    + grant.file() + ":" + grant.line() + ")";
            return switch (outcome) {
                case RUN, RUN_AFTER_VETO -> "Allowed to run alone: " + by;
                case ASK, SUGGEST, OBSERVE, REFUSE -> "Level " + YamlMap.word(grant.level()) + " by " + by;
            };
        }

        private void require(ApprovalRule rule) {
            quorum = Math.max(quorum, rule.quorum());
            // Who may approve must satisfy every rule that asks; an empty list does not restrict.
            if (!rule.people().isEmpty()) {
                people = people.isEmpty() ? rule.people() : both(people, rule.people(), "people");
            }
            if (!rule.roles().isEmpty()) {
                roles = roles.isEmpty() ? rule.roles() : both(roles, rule.roles(), "roles");
            }
            Duration other = rule.expires();
            if (other != null && (expires == null || other.compareTo(expires) < 0)) {
                expires = other;
            }
        }

        private List<String> both(List<String> one, List<String> other, String what) {
            List<String> common = one.stream().filter(other::contains).toList();
            if (common.isEmpty()) {
                refuse("Two rules ask different " + what + ", so nobody may approve");
            }
            return common;
        }

        private void refuse(String reason) {
            refused = true;
            reasons.add(reason);
        }

        private void cap(TrustLevel most, String reason) {
            if (level.compareTo(most) > 0) {
                level = most;
                reasons.add(reason);
            } else if (level == most) {
                reasons.add(reason);
            }
        }

        private static GateOutcome outcome(TrustLevel level) {
            return switch (level) {
                case OBSERVE -> GateOutcome.OBSERVE;
                case SUGGEST -> GateOutcome.SUGGEST;
                case APPROVE -> GateOutcome.ASK;
                case AUTO_AFTER_VETO -> GateOutcome.RUN_AFTER_VETO;
                case AUTO -> GateOutcome.RUN;
            };
        }

        private static GateDecision.GrantNote note(Grant grant) {
            return new GateDecision.GrantNote(
                    grant.runbook(),
                    grant.environment(),
                    grant.level(),
                    grant.by(),
                    grant.reason(),
                    grant.until(),
                    grant.file(),
                    grant.line());
        }

        private static TrustLevel min(TrustLevel one, TrustLevel other) {
            return one.compareTo(other) <= 0 ? one : other;
        }

        private static String said(PolicyRule rule) {
            return rule.reason().isEmpty() ? "rule " + rule.id() : rule.reason() + " (" + rule.id() + ")";
        }

        private static String minutes(Duration duration) {
            return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
        }
    }
}
