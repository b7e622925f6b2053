package io.evenkeel.remediation.execution;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a repair by what was measured after it, against the band frozen before the onset: never against a band that may
 * have learned the fault. RECOVERED needs k good windows in a row and every original finding closed; WORSENED needs k
 * windows in a row further out than before the action; INCONCLUSIVE is what is neither back nor out: too little data, or
 * good signals under findings that did not end; missing data is never good. Looks at the whole time since the effect on
 * each call, so a restart loses nothing.
 */
public final class Verification {
    /** Rollups arrive this much after their end at the latest; a later one counts as missing (ARCHITECTURE.md 3, Time). */
    static final Duration LATE = Duration.ofSeconds(30);

    /** A window is worse when it is further from the expectation than before by a fifth (the example of REMEDIATION 2.1). */
    static final double WORSE = 1.2;

    private Verification() {}

    /**
     * One rollup.
     *
     * @param start start of its window
     * @param seconds its width
     * @param count what it stands on
     * @param value NaN when there is none
     */
    public record Sample(Instant start, int seconds, long count, double value) {}

    /** The runbook's own questions, compiled; null where the default judges. */
    public record Questions(
            @Nullable Expression success, @Nullable Expression failure) {
        public static final Questions NONE = new Questions(null, null);
    }

    /**
     * @param verdict null while it is too early to say
     * @param text for people, with figures
     * @param good good windows in a row up to now
     */
    public record Judgement(@Nullable Verdict verdict, String text, int good) {}

    /** How one window looks. */
    enum Look {
        GOOD,
        BAD,
        WORSE,
        NO_DATA
    }

    /**
     * @param effectAt when the effect was known to be applied
     * @param now time of the judgement
     * @param samples rollups since the effect by signal id, in any order
     * @param open of {@link VerifyPlan#findings()} those still open
     * @param relearned of them those that ended as a new level: never a recovery
     */
    public static Judgement judge(
            VerifyPlan plan,
            Questions questions,
            Instant effectAt,
            Instant now,
            Map<String, List<Sample>> samples,
            Set<String> open,
            Set<String> relearned) {
        Looks seen = looks(plan, questions, effectAt, now, samples);
        List<Look> looks = seen.looks();
        int good = streak(looks, Look.GOOD);
        int worse = streak(looks, Look.WORSE);
        long window = plan.windowSeconds();
        if (worse >= plan.consecutive()) {
            return new Judgement(
                    Verdict.WORSENED,
                    "Worse than before the action for " + worse * window + " s: " + names(plan),
                    good);
        }
        boolean signalsGood = good >= plan.consecutive();
        if (signalsGood && open.isEmpty() && relearned.isEmpty()) {
            return new Judgement(
                    Verdict.RECOVERED,
                    "Recovered: " + names(plan) + " back in the band of before for " + good * window + " s",
                    good);
        }
        Instant end = effectAt.plusSeconds(plan.timeoutSeconds());
        boolean mayStillProve = seen.mayStillCome() || (good > 0 && relearned.isEmpty());
        if (now.isBefore(end) || (mayStillProve && now.isBefore(effectAt.plus(longest(plan))))) {
            return new Judgement(null, soFar(plan, looks, good, open), good);
        }
        if (signalsGood && !relearned.isEmpty()) {
            return new Judgement(
                    Verdict.NOT_RECOVERED,
                    "Not recovered: the signal settled on a new level instead of returning",
                    good);
        }
        if (signalsGood) {
            return new Judgement(
                    Verdict.INCONCLUSIVE,
                    "Inconclusive: " + names(plan) + " back in the band of before, but " + findings(open.size())
                            + " still open",
                    good);
        }
        int recent = Math.min(plan.consecutive(), looks.size());
        boolean blind = recent == 0
                || looks.subList(looks.size() - recent, looks.size()).contains(Look.NO_DATA);
        if (blind) {
            return new Judgement(
                    Verdict.INCONCLUSIVE,
                    "Inconclusive: too little data about " + names(plan) + " " + plan.timeoutSeconds()
                            + " s after the action",
                    good);
        }
        return new Judgement(
                Verdict.NOT_RECOVERED,
                "Not recovered: " + names(plan) + " still outside the band of before " + plan.timeoutSeconds()
                        + " s after the action",
                good);
    }

    /**
     * The longest a verdict can take after the effect: its timeout; then, for a return that began just inside it, the
     * windows it takes to prove itself, and the time that their rollups and the ends of the findings may be late.
     */
    public static Duration longest(VerifyPlan plan) {
        return Duration.ofSeconds(plan.timeoutSeconds()).plus(proof(plan)).plus(LATE);
    }

    private static Duration proof(VerifyPlan plan) {
        return Duration.ofSeconds(plan.consecutive() * plan.windowSeconds());
    }

    /**
     * @param looks the windows that can be judged, oldest first
     * @param mayStillCome the rollups of the next window, which lies in the time, may still be on their way
     */
    private record Looks(List<Look> looks, boolean mayStillCome) {}

    /** Windows past the timeout count only as long as they go on with a return that began inside it. */
    private static Looks looks(
            VerifyPlan plan, Questions questions, Instant effectAt, Instant now, Map<String, List<Sample>> samples) {
        List<Look> looks = new ArrayList<>();
        Instant start = ceil(effectAt.plusSeconds(plan.settleSeconds()));
        Instant last = effectAt.plusSeconds(plan.timeoutSeconds());
        Instant proven = last.plus(proof(plan));
        for (Instant end = start.plusSeconds(plan.windowSeconds());
                !end.isAfter(now) && !end.isAfter(proven);
                start = end, end = end.plusSeconds(plan.windowSeconds())) {
            boolean returning = streak(looks, Look.GOOD) > 0;
            if (end.isAfter(last) && !returning) {
                break;
            }
            Look look = look(plan, questions, start, end, samples);
            if (look == Look.NO_DATA && end.plus(LATE).isAfter(now)) {
                return new Looks(looks, true);
            }
            looks.add(look);
        }
        return new Looks(looks, false);
    }

    private static Look look(
            VerifyPlan plan, Questions questions, Instant start, Instant end, Map<String, List<Sample>> samples) {
        Look worst = Look.GOOD;
        boolean judged = plan.signals().stream().noneMatch(WatchedSignal::required);
        Map<String, Double> levels = new HashMap<>();
        for (WatchedSignal signal : plan.signals()) {
            double value = value(signal, start, end, samples.getOrDefault(signal.signal(), List.of()), plan);
            levels.put(signal.name(), value);
            levels.putIfAbsent(signal.signal(), value);
            Look look = Double.isNaN(value) ? Look.NO_DATA : look(signal, value, start);
            if (signal.required()) {
                judged = true;
                worst = worse(worst, look);
            } else if (look == Look.WORSE) {
                worst = worse(worst, look);
            }
        }
        if (!judged) {
            return Look.NO_DATA;
        }
        if (worst == Look.NO_DATA || (questions.success() == null && questions.failure() == null)) {
            return worst;
        }
        return asked(plan, questions, start, levels, worst);
    }

    private static Look asked(
            VerifyPlan plan, Questions questions, Instant start, Map<String, Double> levels, Look byDefault) {
        Map<String, Object> values = new HashMap<>();
        plan.signals().stream().filter(WatchedSignal::required).findFirst().ifPresent(harm -> {
            values.put("baseline.lower", harm.band().lowerAt(start));
            values.put("baseline.expected", harm.band().expectedAt(start));
            values.put("baseline.upper", harm.band().upperAt(start));
            values.put("before", harm.before());
        });
        Facts facts = new Facts(values, name -> levels.getOrDefault(name, Double.NaN));
        Expression failure = questions.failure();
        if (failure != null && failure.ask(facts).held()) {
            return Look.WORSE;
        }
        Expression success = questions.success();
        if (success != null) {
            return success.ask(facts).held() ? Look.GOOD : Look.BAD;
        }
        return byDefault == Look.WORSE ? Look.BAD : byDefault;
    }

    private static Look look(WatchedSignal signal, double value, Instant at) {
        double lower = signal.band().lowerAt(at);
        double upper = signal.band().upperAt(at);
        double expected = signal.band().expectedAt(at);
        boolean up = signal.bad() == Direction.UP;
        boolean inside = up ? value <= upper : value >= lower;
        if (inside) {
            return Look.GOOD;
        }
        double out = Math.abs(value - expected);
        double before = Math.abs(signal.before() - expected);
        if (signal.required()) {
            return !Double.isNaN(before) && out > before * WORSE ? Look.WORSE : Look.BAD;
        }
        // A neighbour that was fine counts as harmed only well outside: by a whole width of its band.
        boolean wasInside = up ? signal.before() <= upper : signal.before() >= lower;
        double beyond = up ? value - upper : lower - value;
        return wasInside && beyond > upper - lower ? Look.WORSE : Look.BAD;
    }

    /** The signal's value over the window; NaN unless the window is covered and stands on enough samples. */
    private static double value(
            WatchedSignal signal, Instant start, Instant end, List<Sample> samples, VerifyPlan plan) {
        long count = 0;
        double sum = 0;
        double highest = Double.NEGATIVE_INFINITY;
        long covered = 0;
        for (Sample sample : samples) {
            boolean inside = !sample.start().isBefore(start)
                    && !sample.start().plusSeconds(sample.seconds()).isAfter(end);
            if (!inside || Double.isNaN(sample.value())) {
                continue;
            }
            covered += sample.seconds();
            count += sample.count();
            sum += sample.value() * Math.max(1, sample.count());
            highest = Math.max(highest, sample.value());
        }
        boolean covers = covered * 2 >= Duration.between(start, end).toSeconds();
        if (!covers || count < (signal.required() ? plan.minSamples() : 1)) {
            return Double.NaN;
        }
        return signal.perWhole() ? sum / Math.max(1, count) : highest;
    }

    private static Look worse(Look one, Look other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(Look look) {
        return switch (look) {
            case GOOD -> 0;
            case BAD -> 1;
            case NO_DATA -> 2;
            case WORSE -> 3;
        };
    }

    private static int streak(List<Look> looks, Look wanted) {
        int streak = 0;
        for (int i = looks.size() - 1; i >= 0 && looks.get(i) == wanted; i--) {
            streak++;
        }
        return streak;
    }

    private static Instant ceil(Instant time) {
        long second = time.getNano() == 0 ? time.getEpochSecond() : time.getEpochSecond() + 1;
        return Instant.ofEpochSecond((second + 9) / 10 * 10);
    }

    private static String names(VerifyPlan plan) {
        List<String> names = plan.signals().stream()
                .filter(WatchedSignal::required)
                .map(WatchedSignal::text)
                .limit(2)
                .toList();
        return names.isEmpty() ? "the original findings" : String.join(" and ", names);
    }

    private static String findings(int count) {
        return count == 1 ? "1 original finding is" : count + " original findings are";
    }

    private static String soFar(VerifyPlan plan, List<Look> looks, int good, Set<String> open) {
        String windows = String.format(
                Locale.ROOT,
                "%d of %d good windows of %d s in a row",
                Math.min(good, plan.consecutive()),
                plan.consecutive(),
                plan.windowSeconds());
        boolean blind = !looks.isEmpty() && looks.get(looks.size() - 1) == Look.NO_DATA;
        return "Verifying: " + windows
                + (open.isEmpty() ? "" : ", " + findings(open.size()) + " still open")
                + (blind ? ", the newest window has too little data" : "");
    }
}
