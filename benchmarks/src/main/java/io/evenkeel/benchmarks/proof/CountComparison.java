package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.SignalKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the sender's table against the product's rollups: per series and minute every acknowledged point must be in the
 * count once, an unacknowledged one at most once. Pure.
 */
final class CountComparison {
    private static final int EXAMPLES = 20;
    /** A mean of whole numbers read back from a double. */
    private static final double RELATIVE_ERROR = 1e-9;

    private CountComparison() {}

    /**
     * Points, over all series and minutes.
     *
     * @param minutes series × minutes compared
     * @param acknowledged sent and acknowledged
     * @param unacknowledged sent, never acknowledged
     * @param counted in the rollups
     * @param missing acknowledged but not counted
     * @param doubled counted beyond everything that was sent
     * @param unacknowledgedCounted counted beyond what was acknowledged, but sent
     * @param valuesCompared minutes whose value could be told in advance
     * @param valuesWrong of those, the ones with another value: one point lost and another doubled would show here
     * @param examples the first deviations, in words
     */
    record Tally(
            long minutes,
            long acknowledged,
            long unacknowledged,
            long counted,
            long missing,
            long doubled,
            long unacknowledgedCounted,
            long valuesCompared,
            long valuesWrong,
            List<String> examples) {
        boolean holds() {
            return acknowledged > 0 && missing == 0 && doubled == 0 && valuesWrong == 0;
        }
    }

    private static final class Counted {
        long count;
        double weighted;
        int rows;

        double value() {
            return rows == 1 ? weighted / count : Double.NaN;
        }
    }

    static Tally compare(Map<Minute, SenderTable.Sent> sent, List<RollupReader.Row> rows) {
        Map<Minute, Counted> counted = counted(rows);
        Sums sums = new Sums();
        sent.forEach((minute, own) -> {
            Counted theirs = counted.remove(minute);
            sums.add(minute, own, theirs == null ? new Counted() : theirs);
        });
        counted.forEach(sums::stranger);
        return new Tally(
                sent.size(),
                sums.acknowledged,
                sums.unacknowledged,
                sums.counted,
                sums.missing,
                sums.doubled,
                sums.extra,
                sums.valuesCompared,
                sums.valuesWrong,
                List.copyOf(sums.examples));
    }

    private static final class Sums {
        private long acknowledged;
        private long unacknowledged;
        private long counted;
        private long missing;
        private long doubled;
        private long extra;
        private long valuesCompared;
        private long valuesWrong;
        private final List<String> examples = new ArrayList<>();

        void add(Minute minute, SenderTable.Sent own, Counted theirs) {
            acknowledged += own.acknowledged;
            unacknowledged += own.unacknowledged;
            counted += theirs.count;
            long less = Math.max(0, own.acknowledged - theirs.count);
            long more = Math.max(0, theirs.count - own.acknowledged - own.unacknowledged);
            missing += less;
            doubled += more;
            extra += Math.max(0, Math.min(theirs.count - own.acknowledged, own.unacknowledged));
            double expected = own.expectedValue();
            boolean comparable = theirs.rows == 1 && theirs.count == own.acknowledged && !Double.isNaN(expected);
            boolean wrong = comparable && Math.abs(theirs.value() - expected) > RELATIVE_ERROR * Math.max(1, expected);
            valuesCompared += comparable ? 1 : 0;
            valuesWrong += wrong ? 1 : 0;
            if (less > 0 || more > 0 || wrong) {
                example(minute + ": acknowledged " + own.acknowledged + ", unacknowledged " + own.unacknowledged
                        + ", counted " + theirs.count
                        + (wrong ? ", value " + theirs.value() + " instead of " + expected : ""));
            }
        }

        void stranger(Minute minute, Counted theirs) {
            counted += theirs.count;
            doubled += theirs.count;
            example(minute + ": counted " + theirs.count + ", never sent");
        }

        private void example(String text) {
            if (examples.size() < EXAMPLES) {
                examples.add(text);
            }
        }
    }

    private static Map<Minute, Counted> counted(List<RollupReader.Row> rows) {
        Map<Minute, Counted> counted = new HashMap<>();
        for (RollupReader.Row row : rows) {
            SignalKey signal = row.signal();
            Counted at = counted.computeIfAbsent(
                    new Minute(signal.service().id(), signal.metric(), signal.attributes(), row.start()),
                    minute -> new Counted());
            at.count += row.count();
            at.weighted += row.value() * row.count();
            at.rows++;
        }
        return counted;
    }
}
