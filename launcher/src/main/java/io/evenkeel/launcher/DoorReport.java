package io.evenkeel.launcher;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.PipelineReport.Count;
import io.evenkeel.ingest.DoorSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The door's counters in the words of the whole pipeline. Pure. */
final class DoorReport {
    private static final String REQUESTS = "requests";
    private static final String ITEMS = "items";
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    private DoorReport() {}

    static PipelineReport of(DoorSnapshot door, Instant since, Instant at) {
        List<Count> counts = new ArrayList<>();
        counts.add(new Count("", REQUESTS, PipelineReport.READ, "", door.received()));
        counts.add(new Count("", REQUESTS, ACCEPTED, "", door.accepted()));
        door.refused().forEach((reason, count) -> counts.add(new Count("", REQUESTS, REFUSED, word(reason), count)));
        door.items().forEach((signal, items) -> {
            String name = word(signal);
            long rejected = items.rejected().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            counts.add(new Count(name, ITEMS, PipelineReport.READ, "", items.accepted() + rejected));
            counts.add(new Count(name, ITEMS, ACCEPTED, "", items.accepted()));
            items.rejected().forEach((fault, count) -> counts.add(new Count(name, ITEMS, REFUSED, word(fault), count)));
        });
        return new PipelineReport(PipelineReport.DOOR, since, at, counts, null, -1);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
