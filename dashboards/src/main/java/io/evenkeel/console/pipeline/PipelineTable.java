package io.evenkeel.console.pipeline;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.PipelineReport.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One part's report as a table: an outcome a row, a signal a column. Pure. */
public final class PipelineTable {
    private static final List<String> SIGNALS = List.of("metrics", "spans", "logs");
    /** From what went well to what did not; outcomes that are not named here stand behind. */
    private static final List<String> ORDER = List.of(
            PipelineReport.READ,
            "accepted",
            "judged",
            "decoded",
            "left_out",
            "duplicate",
            "late",
            "quarantined",
            "refused",
            "dead_letter");

    /** Outcomes by which data is lost to judgement: worth a look when they grow. */
    private static final List<String> LOSSES = List.of("late", "quarantined", "refused", "dead_letter");

    private PipelineTable() {}

    /**
     * A row.
     *
     * @param label outcome, or the reason of one in the row above
     * @param cells figures of metrics, spans and logs
     * @param isReason true when it is a share of the row above
     * @param isLoss true when there is some, and it was not judged for a fault
     */
    public record Row(String label, List<String> cells, boolean isReason, boolean isLoss) {}

    /**
     * Rows for {@code items} or {@code records}, the total first, what is under way last.
     *
     * @param signals names of the columns in the report; one empty name for what no signal can be told of
     */
    private static List<Row> rows(PipelineReport report, String unit, List<String> signals, Words words) {
        Map<String, Map<String, List<Count>>> byOutcome = new TreeMap<>(Comparator.<String>comparingInt(
                        outcome -> ORDER.contains(outcome) ? ORDER.indexOf(outcome) : ORDER.size())
                .thenComparing(Comparator.naturalOrder()));
        for (Count count : report.counts()) {
            if (count.unit().equals(unit)) {
                byOutcome
                        .computeIfAbsent(count.outcome(), outcome -> new TreeMap<>())
                        .computeIfAbsent(count.reason(), reason -> new ArrayList<>())
                        .add(count);
            }
        }
        List<Row> rows = new ArrayList<>();
        byOutcome.forEach((outcome, reasons) -> {
            List<Count> all = reasons.values().stream().flatMap(List::stream).toList();
            boolean loss = LOSSES.contains(outcome) && sum(all.stream()) > 0;
            rows.add(new Row(words.sayOr("pipeline." + outcome, plain(outcome)), cells(all, signals), false, loss));
            reasons.forEach((reason, counts) -> {
                if (!reason.isEmpty()) {
                    rows.add(new Row(
                            words.sayOr("pipeline.reason." + reason, plain(reason)),
                            cells(counts, signals),
                            true,
                            false));
                }
            });
        });
        List<Long> underWay = signals.stream()
                .map(signal -> Math.max(0, report.unaccounted(signal, unit)))
                .toList();
        if (underWay.stream().anyMatch(count -> count > 0)) {
            rows.add(new Row(
                    words.say("pipeline.underway"),
                    underWay.stream().map(Figures::count).toList(),
                    false,
                    false));
        }
        return rows;
    }

    /** Data points, spans and log records. */
    public static List<Row> items(PipelineReport report, Words words) {
        return rows(report, "items", SIGNALS, words);
    }

    /** Kafka records of the three topics. */
    public static List<Row> records(PipelineReport report, Words words) {
        return rows(report, "records", SIGNALS, words);
    }

    /** Requests at the door, whatever they held: one column. */
    public static List<Row> requests(PipelineReport report, Words words) {
        return rows(report, "requests", List.of(""), words);
    }

    private static List<String> cells(List<Count> counts, List<String> signals) {
        return signals.stream()
                .map(signal -> Figures.count(
                        sum(counts.stream().filter(count -> count.signal().equals(signal)))))
                .toList();
    }

    private static long sum(Stream<Count> counts) {
        return counts.mapToLong(Count::count).sum();
    }

    private static String plain(String word) {
        return word.replace('_', ' ');
    }
}
