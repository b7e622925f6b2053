package io.evenkeel.benchmarks.series;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one threshold did to some series.
 *
 * @param theta the threshold; a point is an alarm from this score on. Infinite: nothing is an alarm
 * @param series what happened to each of them
 */
public record OpsOutcome(double theta, List<OfSeries> series) {
    private static final int TOP = 5;

    /**
     * What happened to one series.
     *
     * @param name of the series
     * @param domain what kind of thing was measured
     * @param events events that could be found
     * @param delaysSteps of each event that was found: steps from its start to the first alarm, 0 at best
     * @param falsePages pages without a cause
     * @param days in which a page has no cause
     */
    public record OfSeries(
            String name, String domain, int events, List<Double> delaysSteps, int falsePages, double days) {
        public OfSeries {
            delaysSteps = List.copyOf(delaysSteps);
        }

        int found() {
            return delaysSteps.size();
        }
    }

    /**
     * What happened to the series of one domain.
     *
     * @param domain what kind of thing was measured
     * @param events events that could be found; 0 where a domain serves only to be quiet
     * @param found of these
     * @param falsePages pages without a cause
     * @param days in which a page has no cause, summed over series
     */
    public record OfDomain(String domain, int events, int found, int falsePages, double days) {
        /** 0 to 1; NaN without events. */
        public double recall() {
            return (double) found / events;
        }

        public double falsePagesPerDay() {
            return falsePages / days;
        }
    }

    public OpsOutcome {
        series = List.copyOf(series);
    }

    public int events() {
        return series.stream().mapToInt(OfSeries::events).sum();
    }

    public int found() {
        return series.stream().mapToInt(OfSeries::found).sum();
    }

    public int falsePages() {
        return series.stream().mapToInt(OfSeries::falsePages).sum();
    }

    public double days() {
        return series.stream().mapToDouble(OfSeries::days).sum();
    }

    /** Share of all events that was found, 0 to 1; NaN without events. */
    public double recall() {
        return (double) found() / events();
    }

    /** False pages per series and day. */
    public double falsePagesPerDay() {
        return falsePages() / days();
    }

    /** By name of the domain. */
    public List<OfDomain> domains() {
        Map<String, OfDomain> domains = new LinkedHashMap<>();
        series.stream()
                .sorted(Comparator.comparing(OfSeries::domain))
                .forEach(each -> domains.merge(
                        each.domain,
                        new OfDomain(each.domain, each.events, each.found(), each.falsePages, each.days),
                        (a, b) -> new OfDomain(
                                a.domain,
                                a.events + b.events,
                                a.found + b.found,
                                a.falsePages + b.falsePages,
                                a.days + b.days)));
        return List.copyOf(domains.values());
    }

    private List<OfDomain> withEvents() {
        return domains().stream().filter(domain -> domain.events > 0).toList();
    }

    /** Mean of the domains' recalls, domains without events left out; 0 to 1. */
    public double macroRecall() {
        return withEvents().stream().mapToDouble(OfDomain::recall).average().orElse(Double.NaN);
    }

    /** Recall in the domain where it is least, domains without events left out; 0 to 1. */
    public double weakestRecall() {
        return withEvents().stream().mapToDouble(OfDomain::recall).min().orElse(Double.NaN);
    }

    /** False pages per series and day of the domain with most of them, domains without events left out. */
    public double worstFalsePagesPerDay() {
        return withEvents().stream()
                .mapToDouble(OfDomain::falsePagesPerDay)
                .max()
                .orElse(Double.NaN);
    }

    /** The same with domains that have no event to find: stricter than the published figures. */
    public double worstFalsePagesPerDayOfAll() {
        return domains().stream().mapToDouble(OfDomain::falsePagesPerDay).max().orElse(Double.NaN);
    }

    /** Median over found events of the steps from start to first alarm; NaN when none was found. */
    public double medianDelaySteps() {
        double[] delays = series.stream()
                .flatMap(each -> each.delaysSteps.stream())
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int middle = delays.length / 2;
        if (delays.length == 0) {
            return Double.NaN;
        }
        return delays.length % 2 == 1 ? delays[middle] : (delays[middle - 1] + delays[middle]) / 2;
    }

    /** Share of the false pages that the five noisiest series make, 0 to 1; NaN without false pages. */
    public double topFiveShare() {
        int[] pages = series.stream().mapToInt(OfSeries::falsePages).sorted().toArray();
        int top = Arrays.stream(pages, Math.max(0, pages.length - TOP), pages.length)
                .sum();
        return (double) top / falsePages();
    }
}
