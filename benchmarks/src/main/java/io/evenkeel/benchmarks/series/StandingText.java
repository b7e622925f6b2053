package io.evenkeel.benchmarks.series;

import io.evenkeel.benchmarks.series.OpsOutcome.OfDomain;
import io.evenkeel.benchmarks.series.PairedBootstrap.Interval;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Standings as text for people: telemetry, NAB, and each domain at the budget. */
final class StandingText {
    private static final String NONE = "-";

    private final List<Standing> standings;
    private final long seed;
    private final StringBuilder text = new StringBuilder();

    private StandingText(List<Standing> standings, long seed) {
        this.standings = standings;
        this.seed = seed;
    }

    static String of(List<Standing> standings, long seed) {
        StandingText all = new StandingText(standings, seed);
        all.ops();
        all.nab();
        all.domains();
        return all.text.toString();
    }

    /** What of two detectors' difference is told: recall at the budget on the same draws. */
    static @Nullable Interval against(List<Standing> standings, String other, Standing one, long seed) {
        OpsCurve curve = one.curve();
        OpsCurve rival = standings.stream()
                .filter(each -> each.name().equals(other))
                .map(Standing::curve)
                .findFirst()
                .orElse(null);
        if (curve == null || rival == null || one.name().equals(other)) {
            return null;
        }
        return PairedBootstrap.difference(curve, rival, SeriesSet.BUDGET, seed);
    }

    private void ops() {
        line("");
        line("Telemetry: share of events found at false pages per series-day; the rest at %.1f", SeriesSet.BUDGET);
        line(
                "%-37s %5s %5s %5s %5s  %-11s %5s %5s %5s %5s %5s %5s  %-12s %-12s %-10s %s",
                "",
                "@.05",
                "@.1",
                "@.2",
                "@.5",
                "90 % of @.1",
                "macro",
                "weak",
                "worst",
                "all",
                "delay",
                "top5",
                "- " + Rivals.PLAIN,
                "- RCF1",
                "elsewhere",
                "own alarms");
        for (Standing each : standings) {
            OpsOutcome at = each.atBudget();
            line(
                    "%-37s %5.3f %5.3f %5.3f %5.3f  %-11s %5.3f %5.3f %5.2f %5.2f %5.1f %5.2f  %-12s %-12s %-10s %s",
                    each.name(),
                    each.ops().get(0).recall(),
                    each.ops().get(1).recall(),
                    each.ops().get(2).recall(),
                    each.ops().get(3).recall(),
                    interval(each.recall()),
                    at.macroRecall(),
                    at.weakestRecall(),
                    at.worstFalsePagesPerDay(),
                    at.worstFalsePagesPerDayOfAll(),
                    at.medianDelaySteps(),
                    at.topFiveShare(),
                    interval(against(standings, Rivals.PLAIN, each, seed)),
                    interval(against(standings, Rivals.PEER, each, seed)),
                    recallAndRate(each.elsewhere()),
                    recallAndRate(each.own()));
        }
        line(
                "macro, weak: mean and least recall of domains; worst: false pages per series-day of the worst domain with");
        line(
                "events, all: of any; delay: median steps; top5: share of false pages in five series; elsewhere: recall / rate,");
        line("each domain at the threshold of the others");
    }

    private void nab() {
        line("");
        line("NAB, best threshold; and share of windows found in recorded series at false pages per series-day");
        line(
                "%-37s %8s %6s %6s %6s  %5s %5s %5s %5s  %9s",
                "", "standard", "low FP", "low FN", "real", "@.05", "@.1", "@.2", "@.5", "points/s");
        for (Standing each : standings) {
            Standing.OfNab nab = each.nab();
            if (nab != null) {
                line(
                        "%-37s %8.1f %6.1f %6.1f %6.1f  %5.3f %5.3f %5.3f %5.3f  %,9.0f",
                        each.name(),
                        nab.standard(),
                        nab.lowFalsePositives(),
                        nab.lowFalseNegatives(),
                        nab.real(),
                        nab.recalls().get(0),
                        nab.recalls().get(1),
                        nab.recalls().get(2),
                        nab.recalls().get(3),
                        each.pointsPerSecond());
            }
        }
    }

    private void domains() {
        line("");
        line("By domain at %.1f: events found / events, false pages per series-day", SeriesSet.BUDGET);
        for (Standing each : standings) {
            line("%s", each.name());
            for (OfDomain domain : each.atBudget().domains()) {
                line(
                        "    %-38s %3d /%3d  %5.2f",
                        domain.domain(), domain.found(), domain.events(), domain.falsePagesPerDay());
            }
        }
    }

    private static String interval(@Nullable Interval interval) {
        return interval == null ? NONE : String.format(Locale.ROOT, "%.2f..%.2f", interval.low(), interval.high());
    }

    private static String recallAndRate(@Nullable OpsOutcome outcome) {
        return outcome == null
                ? NONE
                : String.format(Locale.ROOT, "%.3f/%.2f", outcome.recall(), outcome.falsePagesPerDay());
    }

    private void line(String format, Object... words) {
        text.append(String.format(Locale.ROOT, format, words)).append('\n');
    }
}
