package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LogsWalkTest {
    @Property(tries = 500)
    void countsWhatGeneratedClassesCount(@ForAll long seed) {
        ExportLogsServiceRequest request = new RandomSpans(seed).logs();
        LogsWalk walk = new LogsWalk();
        byte[] bytes = request.toByteArray();
        List<LogRows> out = new ArrayList<>();
        assertThat(walk.walk(bytes, 0, bytes.length, out::add)).isNull();

        assertThat(out.stream().map(rows -> rows.bins).toList()).isEqualTo(expected(request));
        assertThat(walk.counts().items())
                .isEqualTo(walk.counts().accepted() + walk.counts().skipped());
    }

    static List<List<LogRows.Bin>> expected(ExportLogsServiceRequest request) {
        List<List<LogRows.Bin>> all = new ArrayList<>();
        for (ResourceLogs resource : request.getResourceLogsList()) {
            Map<Long, long[]> bins = new TreeMap<>();
            resource.getScopeLogsList()
                    .forEach(scope -> scope.getLogRecordsList().forEach(record -> count(record, bins)));
            if (!bins.isEmpty()) {
                List<LogRows.Bin> rows = new ArrayList<>();
                bins.forEach((start, counts) -> rows.add(new LogRows.Bin(start, counts[0], counts[1], counts[2])));
                all.add(rows);
            }
        }
        return all;
    }

    private static void count(LogRecord record, Map<Long, long[]> bins) {
        long nanos = record.getTimeUnixNano() != 0 ? record.getTimeUnixNano() : record.getObservedTimeUnixNano();
        if (nanos == 0) {
            return;
        }
        long millis = Long.divideUnsigned(nanos, 1_000_000);
        bins.computeIfAbsent(millis - millis % 10_000, start -> new long[3])[severity(record)]++;
    }

    private static int severity(LogRecord record) {
        int number = record.getSeverityNumberValue();
        if (number == 0) {
            String text = record.getSeverityText().toUpperCase(Locale.ROOT);
            if (text.matches("(?s)(F|CR|PA|ER|EM|SE).*") || text.equals("E")) {
                return 2;
            }
            return text.startsWith("W") ? 1 : 0;
        }
        return number < 13 || number > 24 ? 0 : number < 17 ? 1 : 2;
    }
}
