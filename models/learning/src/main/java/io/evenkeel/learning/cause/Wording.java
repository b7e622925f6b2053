package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.topology.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sentences of evidence and suspects. Figures only from findings; times relative to the onset, never a clock. */
final class Wording {
    /** Onsets are known to a step of 10 s and its export: a change this near is as likely before as after. */
    private static final Duration SAME_MOMENT = Duration.ofSeconds(15);

    private final Instant onset;

    Wording(Instant onset) {
        this.onset = onset;
    }

    /** {@code Its own errors explain 96 % of the failed requests.} */
    EvidenceTerm ownPart(Blame blame, List<Finding> own, List<Finding> callers) {
        return blame.isAboutErrors() ? errors(blame, own, callers) : waits(blame, own, callers);
    }

    /** The lesser of its two kinds of trouble. */
    EvidenceTerm otherPart(Blame blame, List<Finding> own, List<Finding> callers) {
        return blame.isAboutErrors() ? waits(blame, own, callers) : errors(blame, own, callers);
    }

    private static EvidenceTerm errors(Blame blame, List<Finding> own, List<Finding> callers) {
        return new EvidenceTerm(
                "own errors",
                "Its own errors explain " + Figures.percent(blame.errorPart()) + " of the failed requests.",
                blame.errorPart(),
                blame.errorPart(),
                idOf(Trouble::isErrors, own, callers));
    }

    private static EvidenceTerm waits(Blame blame, List<Finding> own, List<Finding> callers) {
        return new EvidenceTerm(
                "own latency",
                "Its own time explains " + Figures.percent(blame.waitPart()) + " of the extra waiting.",
                blame.waitPart(),
                blame.waitPart(),
                idOf(Trouble::isSlowness, own, callers));
    }

    /** What its callers see and it does not report. */
    EvidenceTerm complaint(Blame blame, List<Finding> callers, ErrorTypes types, double weight) {
        boolean errors = blame.errorGap() > 0 && blame.isAboutErrors();
        Optional<Finding> worst = callers.stream()
                .filter(errors ? Trouble::isErrors : Trouble::isSlowness)
                .max(Comparator.comparingDouble(Trouble::impact).thenComparing(Finding::id));
        String from = worst.map(
                        finding -> "Calls from " + finding.signal().service().name() + " to it")
                .orElse("Calls to it");
        @Nullable String id = worst.map(Finding::id).orElse(null);
        if (!errors) {
            double longer =
                    worst.map(finding -> finding.value() - finding.expected()).orElse(Double.NaN);
            return new EvidenceTerm(
                    "callers wait",
                    from + " take " + Figures.seconds(longer) + " longer than usual (95th percentile).",
                    weight,
                    longer,
                    id);
        }
        double ratio = worst.map(Finding::value).orElse(Double.NaN);
        String how = types.mostlyRefused() ? "are refused" : types.mostlyTimedOut() ? "time out" : "fail";
        return new EvidenceTerm(
                types.mostlyRefused()
                        ? "callers are refused"
                        : types.mostlyTimedOut() ? "callers time out" : "callers fail",
                Figures.percent(ratio) + " of the " + lowerFirst(from) + " " + how + ".",
                weight,
                ratio,
                id);
    }

    /** {@code Replica catalog-2-7f3a has sent nothing since 4 s before the onset.} */
    EvidenceTerm silence(Finding silence, double weight) {
        String instance = Trouble.instance(silence);
        return new EvidenceTerm(
                instance == null ? "silent service" : "silent replica",
                (instance == null ? "It" : "Replica " + instance) + " has sent nothing since " + moment(silence.onset())
                        + ".",
                weight,
                Double.NaN,
                silence.id());
    }

    /** {@code 98 % of the failures are at 10.0.3.7:8080, one of its 2 addresses.} */
    EvidenceTerm address(FailingAddress address) {
        return new EvidenceTerm(
                "one address",
                Figures.percent(address.share()) + " of the failures are at " + address.peer() + ", one of its "
                        + address.addresses() + " addresses.",
                0.6 * address.share(),
                address.share(),
                address.findingId());
    }

    EvidenceTerm change(Change change) {
        return new EvidenceTerm(
                "change",
                what(change) + " came " + moment(change.at()) + ".",
                ChangePrior.weight(change, onset),
                Duration.between(change.at(), onset).toSeconds(),
                null);
    }

    /** {@code Version 4.12.0 came 48 s before the onset; its own errors explain 96 % of the failed requests.} */
    String changed(Change change, EvidenceTerm main) {
        return what(change) + " came " + moment(change.at()) + "; " + lowerFirst(main.text());
    }

    String innocentChange(Change change) {
        return what(change) + " came " + moment(change.at()) + ", but nothing of its own left its band.";
    }

    EvidenceTerm resource(ResourceSigns.Sign sign) {
        Finding finding = sign.finding();
        boolean high = finding.value() >= finding.expected();
        return new EvidenceTerm(
                "saturation",
                finding.signal().metric() + " is "
                        + finding.attributes().getOrDefault(Finding.SATURATION, Figures.number(finding.value()))
                        + ", usually "
                        + (high
                                ? "under " + Figures.number(finding.upper())
                                : "over " + Figures.number(finding.lower()))
                        + ".",
                sign.weight(),
                finding.value(),
                finding.id());
    }

    EvidenceTerm load(Finding load) {
        double times = load.expected() > 0 ? load.value() / load.expected() : Double.NaN;
        return new EvidenceTerm(
                "load",
                "It gets " + Figures.number(times) + " times its usual requests.",
                Math.min(0.8, Double.isNaN(times) ? 0.3 : 0.4 * (times - 1)),
                times,
                load.id());
    }

    String joined(EvidenceTerm first, EvidenceTerm main) {
        return withoutStop(first.text()) + "; " + lowerFirst(main.text());
    }

    String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private String moment(Instant at) {
        Duration before = Duration.between(at, onset);
        if (before.abs().compareTo(SAME_MOMENT) < 0) {
            return "the moment of the onset";
        }
        return Figures.age(before) + (before.isNegative() ? " after the onset" : " before the onset");
    }

    private static String what(Change change) {
        return switch (change.kind()) {
            case DEPLOY -> change.toVersion().isEmpty() ? "A deploy" : "Version " + change.toVersion();
            case ROLLBACK ->
                change.toVersion().isEmpty() ? "A rollback" : "The rollback to version " + change.toVersion();
            case CONFIGURATION -> "A change of configuration";
            case FEATURE_FLAG -> "A change of a feature flag";
            case SCALE -> "A change of the number of replicas";
            case RESTART -> "A restart";
        };
    }

    private static @Nullable String idOf(Predicate<Finding> kind, List<Finding> own, List<Finding> callers) {
        return worst(kind, own).or(() -> worst(kind, callers)).map(Finding::id).orElse(null);
    }

    private static Optional<Finding> worst(Predicate<Finding> kind, Collection<Finding> findings) {
        return findings.stream()
                .filter(kind)
                .max(Comparator.<Finding>comparingInt(
                                finding -> finding.signal().operation().isEmpty() ? 1 : 0)
                        .thenComparingDouble(Trouble::impact)
                        .thenComparing(Finding::id));
    }

    private static String lowerFirst(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
