package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.learning.cause.Figures;
import io.evenkeel.learning.cause.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What users feel of a group, in figures and in their words. */
final class HarmMeter {
    /** An operation that carries this part of its service's harm is named instead of the service. */
    private static final double OPERATION_PART = 0.6;

    /** From a quarter more failing requests than usual on, users fail "in large part". */
    private static final double LARGE_PART = 0.25;

    /** Answers this late are as good as none: people and browsers have left by then. */
    private static final double AS_GOOD_AS_NONE_SECONDS = 10;

    private final Opening opening;

    HarmMeter(Surroundings surroundings) {
        this.opening = new Opening(surroundings);
    }

    /**
     * @param harm the figures; null when users feel nothing
     * @param lastsNow true while a harm lasts
     * @param severity how bad
     * @param affectedTotal requests hurt until {@code affectedUntil}
     * @param affectedUntil until when they are counted; null before any harm
     */
    record Measure(
            @Nullable Harm harm,
            boolean lastsNow,
            Severity severity,
            double affectedTotal,
            @Nullable Instant affectedUntil) {}

    Measure measure(Group group, Instant now) {
        List<Membership> felt = group.troubles().filter(opening::isHarm).toList();
        boolean lasts = felt.stream().anyMatch(Membership::lasts);
        if (felt.isEmpty()) {
            boolean blind = group.findings().anyMatch(opening::isBlindnessThatPages);
            Severity severity = worst(group.worstSeverity(), blind ? Severity.SEV2 : Severity.SEV3);
            return new Measure(null, false, severity, group.affectedTotal(), group.affectedUntil());
        }
        double perSecond = perSecond(felt);
        Instant counted = group.affectedUntil();
        double seconds =
                Math.max(0, Duration.between(uncountedFrom(felt, counted), now).toMillis() / 1000.0);
        double total = group.affectedTotal() + perSecond * seconds;
        Membership shown = shown(felt);
        Finding latest = shown.latest();
        Finding told = told(shown);
        Harm harm = new Harm(
                latest.signal(),
                latest.id(),
                told.value(),
                latest.expected(),
                latest.lower(),
                latest.upper(),
                perSecond,
                total,
                sentence(told));
        return new Measure(harm, lasts, worst(group.worstSeverity(), severity(felt)), total, now);
    }

    /** The title of a group that no user feels. */
    String innerTitle(Group group) {
        Stream<Finding> lastingFirst = Stream.concat(
                group.troubles().filter(Membership::lasts).map(Membership::telling),
                group.troubles().map(Membership::telling));
        List<Finding> told = lastingFirst.toList();
        return told.stream()
                .filter(Trouble::isFailingOrSlow)
                .filter(finding -> !finding.signal().isEdge())
                .max(Comparator.comparingDouble(Trouble::harm).thenComparing(Finding::id))
                .or(() -> told.stream().filter(Trouble::isSilence).findFirst())
                .or(() -> told.stream().findFirst())
                .map(HarmMeter::sentence)
                .orElse("Something is off");
    }

    /** {@code POST /checkout fails for 48 % of requests}. */
    static String sentence(Finding finding) {
        String who = who(finding);
        if (Trouble.isErrors(finding)) {
            return finding.signal().isEdge()
                    ? Figures.percent(finding.value()) + " of the calls " + who + " fail"
                    : who + " fails for " + Figures.percent(finding.value()) + " of requests";
        }
        if (Trouble.isSlowness(finding)) {
            String slow = finding.signal().isEdge() ? "Calls " + who + " are slow" : who + " answers slowly";
            return slow + ": 95th percentile " + Figures.seconds(finding.value()) + ", usually under "
                    + Figures.seconds(finding.upper());
        }
        if (Trouble.isRateCollapse(finding)) {
            double missing = finding.expected() > 0 ? 1 - finding.value() / finding.expected() : 1;
            return who + " gets " + Figures.percent(missing) + " fewer requests than usual";
        }
        if (Trouble.isEnvironmentBlindness(finding)) {
            return "No telemetry arrives from " + finding.signal().service().environment() + " any more";
        }
        if (Trouble.isBlindness(finding)) {
            return who + " sends no telemetry any more";
        }
        if (Trouble.isSilence(finding)) {
            return "A replica of " + who + " is silent: "
                    + Objects.requireNonNullElse(
                            Trouble.instance(finding), finding.signal().slot());
        }
        return who + " behaves unusually: " + finding.signal().metric();
    }

    private static String who(Finding finding) {
        ServiceKey callee = finding.signal().callee();
        if (callee != null) {
            return "from " + finding.signal().service().name() + " to " + callee.name();
        }
        String operation = finding.signal().operation();
        return operation.isEmpty() ? finding.signal().service().name() : operation;
    }

    /** The harm that says most: lasting before past, the heavier first, one operation before its whole service. */
    private static Membership shown(List<Membership> felt) {
        List<Membership> lasting = felt.stream().filter(Membership::lasts).toList();
        List<Membership> from = lasting.isEmpty() ? felt : lasting;
        Comparator<Membership> heavier = Comparator.<Membership>comparingDouble(member -> Trouble.harm(told(member)))
                .thenComparing(Membership::findingId);
        Membership heaviest = from.stream().max(heavier).orElseThrow();
        return from.stream()
                .filter(member -> sameFact(member.latest(), heaviest.latest())
                        && !member.latest().signal().operation().isEmpty()
                        && Trouble.harm(told(member)) >= OPERATION_PART * Trouble.harm(told(heaviest)))
                .max(heavier)
                .orElse(heaviest);
    }

    private static Finding told(Membership member) {
        return member.lasts() && Trouble.isTrouble(member.latest()) ? member.latest() : member.worst();
    }

    private static boolean sameFact(Finding one, Finding other) {
        return one.signal().service().equals(other.signal().service())
                && one.signal().kind() == other.signal().kind();
    }

    /** Requests hurt per second now: per service the whole's figure or its operations' sum, the worst kind of each. */
    private static double perSecond(List<Membership> felt) {
        Map<ServiceKey, List<Finding>> byService = felt.stream()
                .filter(Membership::lasts)
                .map(Membership::latest)
                .collect(Collectors.groupingBy(finding -> finding.signal().service()));
        return byService.values().stream()
                .mapToDouble(findings -> Stream.<java.util.function.Predicate<Finding>>of(
                                Trouble::isErrors, Trouble::isSlowness, Trouble::isRateCollapse)
                        .mapToDouble(
                                kind -> ofKind(findings.stream().filter(kind).toList()))
                        .max()
                        .orElse(0))
                .sum();
    }

    private static double ofKind(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.signal().operation().isEmpty())
                .mapToDouble(Trouble::requestsHurt)
                .max()
                .orElseGet(() ->
                        findings.stream().mapToDouble(Trouble::requestsHurt).sum());
    }

    private static Severity severity(List<Membership> felt) {
        boolean large = felt.stream().map(Membership::latest).anyMatch(HarmMeter::isLarge);
        return large ? Severity.SEV1 : Severity.SEV2;
    }

    private static boolean isLarge(Finding finding) {
        if (Trouble.isErrors(finding)) {
            return finding.value() - Math.max(0, finding.expected()) >= LARGE_PART;
        }
        if (Trouble.isSlowness(finding)) {
            return finding.value() >= AS_GOOD_AS_NONE_SECONDS;
        }
        return finding.value() < LARGE_PART * finding.expected();
    }

    private static Severity worst(@Nullable Severity before, Severity now) {
        return before != null && before.compareTo(now) <= 0 ? before : now;
    }

    /** Harm is counted from its onset on; a pause between two harms of one incident hurt nobody. */
    private static Instant uncountedFrom(List<Membership> felt, @Nullable Instant counted) {
        List<Membership> lasting = felt.stream().filter(Membership::lasts).toList();
        Instant began = (lasting.isEmpty() ? felt : lasting)
                .stream()
                        .map(member -> member.latest().onset())
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
        return counted == null || began.isAfter(counted) ? began : counted;
    }

    Optional<Finding> blindness(Group group) {
        return group.troubles()
                .filter(Membership::lasts)
                .map(Membership::latest)
                .filter(opening::isBlindnessThatPages)
                .findFirst();
    }

    boolean isHarm(Membership member) {
        return opening.isHarm(member);
    }
}
