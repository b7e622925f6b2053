package io.evenkeel.detection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
     * @param limit metric that bounds this one, empty when there is none
     */
    record Known(
            String metric,
            String unit,
            Bad bad,
            MetricPolicy.@Nullable Value value,
            double share,
            double least,
            String limit) {
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
    }

    private final Map<String, Known> exact = new HashMap<>();
    private final TreeMap<String, Known> prefixes = new TreeMap<>();

    private KnownSignals() {}

    static KnownSignals shipped() {
        return SHIPPED;
    }

    /** The row of a metric, null when nobody has told us about it. */
    @Nullable
    Known of(String metric) {
        Known known = exact.get(metric);
        if (known != null) {
            return known;
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

    Iterable<Known> rows() {
        return exact.values();
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
                    cell(cells, 6));
            Known other =
                    isPrefix ? prefixes.put(metric.substring(0, metric.length() - 1), known) : exact.put(metric, known);
            if (other != null) {
                throw new IllegalArgumentException("a second row of " + metric);
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException(TABLE + ":" + number + ": " + e.getMessage(), e);
        }
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
