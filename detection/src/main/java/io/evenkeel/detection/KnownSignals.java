package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of metrics that are known out of the box, {@code known-signals.tsv}. */
final class KnownSignals {
    private static final String TABLE = "known-signals.tsv";
    private static final KnownSignals SHIPPED = read();

    /** Side of the band that is bad. */
    enum Bad {
        UP,
        DOWN,
        BOTH,
        /** Above nothing is bad: expected is none, whatever was before. */
        LOSS,
        /** Not judged: a limit, a saw-tooth, somebody's bookkeeping. */
        NEVER,
        /** Judged once, by the service-level signals. */
        SERVICE
    }

    /**
     * One row.
     *
     * @param unit in which {@code least} is, UCUM
     * @param value how a bin's value is formed; null = by the metric's kind
     * @param share least deviation as a share of the expectation
     * @param least least deviation in the signal's unit
     * @param limit metric that bounds this one, or a number in {@code unit} that does; empty when there is none
     * @param where which series of the metric it is about
     */
    record Known(
            String metric,
            String unit,
            Bad bad,
            MetricPolicy.@Nullable Value value,
            double share,
            double least,
            String limit,
            SeriesCondition where) {
        /**
         * When a signal deviates whose values come in the given unit; null when it is never judged.
         *
         * @param formed how its values are formed
         */
        @Nullable
        JudgeRule rule(String unitSeen, MetricPolicy.Value formed) {
            if (bad == Bad.NEVER || bad == Bad.SERVICE) {
                return null;
            }
            double factor = Units.factor(unit, unitSeen);
            if (Double.isNaN(factor) || formed != value) {
                return JudgeRule.GAUGE;
            }
            if (bad == Bad.LOSS) {
                return JudgeRule.loss(least * factor);
            }
            return JudgeRule.known(bad != Bad.DOWN, bad != Bad.UP, share, least * factor);
        }

        /** The metric that bounds this one, empty when a number does or nothing. */
        String limitMetric() {
            return isNumber(limit) ? "" : limit;
        }

        /** What bounds a signal whose values come in the given unit; null when nothing does. */
        MetricPolicy.@Nullable Bound bound(String unitSeen) {
            double factor = Units.factor(unit, unitSeen);
            if (limit.isEmpty() || Double.isNaN(factor)) {
                return null;
            }
            return isNumber(limit)
                    ? new MetricPolicy.Bound("", Double.parseDouble(limit) * factor)
                    : new MetricPolicy.Bound(limit, Double.NaN);
        }

        private static boolean isNumber(String cell) {
            return !cell.isEmpty() && Character.isDigit(cell.charAt(0));
        }
    }

    /** Rows by name; those with a condition first. */
    private final Map<String, List<Known>> exact = new HashMap<>();

    private final TreeMap<String, Known> prefixes = new TreeMap<>();
    private final Set<String> limits = new HashSet<>();

    private KnownSignals() {}

    static KnownSignals shipped() {
        return SHIPPED;
    }

    /** The row about a series, null when nobody has told us about its metric. */
    @Nullable
    Known of(SeriesDefinition series) {
        return of(series.metric(), series.attributes());
    }

    /**
     * @param attributes of the series, in canonical form; a series that none of the metric's rows is about is not judged
     */
    @Nullable
    Known of(String metric, String attributes) {
        List<Known> rows = exact.get(metric);
        if (rows != null) {
            for (Known row : rows) {
                if (row.where().holds(attributes)) {
                    return row;
                }
            }
            return new Known(metric, "", Bad.NEVER, null, 0, 0, "", SeriesCondition.parse(""));
        }
        // The longest prefix is the last that sorts before the name and begins it.
        for (Map.Entry<String, Known> entry :
                prefixes.headMap(metric, true).descendingMap().entrySet()) {
            if (metric.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** What tells the series of one metric apart that are treated differently; empty where all are treated alike. */
    String variant(SeriesDefinition series) {
        List<Known> rows = exact.get(series.metric());
        if (rows == null || rows.size() == 1 && rows.get(0).where().terms().isEmpty()) {
            return "";
        }
        Known known = Objects.requireNonNull(of(series));
        return '|' + known.bad().name() + '|' + known.where().text();
    }

    /** Whether a metric bounds another. */
    boolean isLimit(String metric) {
        return limits.contains(metric);
    }

    List<Known> rows() {
        return exact.values().stream().flatMap(List::stream).toList();
    }

    private static KnownSignals read() {
        KnownSignals table = new KnownSignals();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(KnownSignals.class.getResourceAsStream(TABLE)), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.startsWith("#") && !line.startsWith("metric\t")) {
                    table.add(line, number);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
        return table;
    }

    private void add(String line, int number) {
        String[] cells = line.split("\t", -1);
        try {
            String metric = cells[0];
            boolean isPrefix = metric.endsWith("*");
            Known known = new Known(
                    metric,
                    cells[1],
                    Bad.valueOf(cells[2].toUpperCase(Locale.ROOT)),
                    value(cell(cells, 3)),
                    number(cells, 4),
                    number(cells, 5),
                    cell(cells, 6),
                    SeriesCondition.parse(cell(cells, 7)));
            if (!known.limitMetric().isEmpty()) {
                limits.add(known.limitMetric());
            }
            if (isPrefix) {
                addPrefix(metric.substring(0, metric.length() - 1), known);
            } else {
                addExact(metric, known);
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException(TABLE + ":" + number + ": " + e.getMessage(), e);
        }
    }

    private void addPrefix(String prefix, Known known) {
        if (!known.where().terms().isEmpty()) {
            throw new IllegalArgumentException("a condition on all metrics " + known.metric());
        }
        if (prefixes.put(prefix, known) != null) {
            throw new IllegalArgumentException("a second row of " + known.metric());
        }
    }

    private void addExact(String metric, Known known) {
        List<Known> rows = exact.computeIfAbsent(metric, name -> new ArrayList<>());
        if (rows.stream()
                .anyMatch(row -> row.where().text().equals(known.where().text()))) {
            throw new IllegalArgumentException("a second row of " + metric);
        }
        rows.add(known);
        rows.sort(Comparator.comparing(row -> row.where().terms().isEmpty()));
    }

    private static MetricPolicy.@Nullable Value value(String cell) {
        return cell.isEmpty()
                ? null
                : MetricPolicy.Value.valueOf(cell.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    private static String cell(String[] cells, int column) {
        return column < cells.length ? cells[column] : "";
    }

    private static double number(String[] cells, int column) {
        String cell = cell(cells, column);
        return cell.isEmpty() ? 0 : Double.parseDouble(cell);
    }
}
