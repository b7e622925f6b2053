package io.evenkeel.benchmarks.series;

import io.evenkeel.benchmarks.series.OpsOutcome.OfDomain;
import io.evenkeel.benchmarks.series.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Standings as JSON for programs: the figures of {@link StandingText} under their names, null where there is none. */
final class StandingJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private StandingJson() {}

    static byte[] of(String set, long seed, List<Standing> standings) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("set", set);
        report.put("seed", seed);
        List<Object> detectors = new ArrayList<>();
        for (Standing each : standings) {
            Map<String, Object> figures = figures(each);
            figures.put("lessPlain", interval(StandingText.against(standings, Rivals.PLAIN, each, seed)));
            figures.put("lessPeer", interval(StandingText.against(standings, Rivals.PEER, each, seed)));
            detectors.add(figures);
        }
        report.put("detectors", detectors);
        return JSON.writeValueAsBytes(report);
    }

    private static Map<String, Object> figures(Standing standing) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", standing.name());
        figures.put("recallInterval", interval(standing.recall()));
        Map<String, Object> ops = new LinkedHashMap<>();
        for (int i = 0; i < SeriesSet.BUDGETS.size(); i++) {
            ops.put(SeriesSet.BUDGETS.get(i).toString(), outcome(standing.ops().get(i)));
        }
        figures.put("ops", ops);
        figures.put("elsewhere", outcome(standing.elsewhere()));
        figures.put("ownAlarms", outcome(standing.own()));
        figures.put("nab", standing.nab());
        figures.put("pointsPerSecond", standing.pointsPerSecond());
        return figures;
    }

    private static @Nullable Map<String, Object> outcome(@Nullable OpsOutcome outcome) {
        if (outcome == null) {
            return null;
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("theta", number(outcome.theta()));
        figures.put("events", outcome.events());
        figures.put("found", outcome.found());
        figures.put("recall", number(outcome.recall()));
        figures.put("falsePages", outcome.falsePages());
        figures.put("falsePagesPerSeriesDay", number(outcome.falsePagesPerDay()));
        figures.put("macroRecall", number(outcome.macroRecall()));
        figures.put("weakestRecall", number(outcome.weakestRecall()));
        figures.put("worstFalsePagesPerSeriesDay", number(outcome.worstFalsePagesPerDay()));
        figures.put("worstFalsePagesPerSeriesDayOfAll", number(outcome.worstFalsePagesPerDayOfAll()));
        figures.put("medianDelaySteps", number(outcome.medianDelaySteps()));
        figures.put("topFiveShare", number(outcome.topFiveShare()));
        figures.put(
                "domains", outcome.domains().stream().map(StandingJson::domain).toList());
        return figures;
    }

    private static Map<String, Object> domain(OfDomain domain) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("domain", domain.domain());
        figures.put("events", domain.events());
        figures.put("found", domain.found());
        figures.put("falsePages", domain.falsePages());
        figures.put("falsePagesPerSeriesDay", number(domain.falsePagesPerDay()));
        return figures;
    }

    private static double @Nullable [] interval(@Nullable Interval interval) {
        return interval == null ? null : new double[] {interval.low(), interval.high()};
    }

    /** JSON has no word for what is no number, or without end. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
