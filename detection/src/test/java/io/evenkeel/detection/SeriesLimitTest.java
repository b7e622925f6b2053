package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.learning.cause.Trouble;
import io.evenkeel.wire.otlp.SpanRows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known stays judged when its sender floods us; the flood is told, with what makes it, and ends with it. */
class SeriesLimitTest {
    private static final long START = 1_800_000_000_000L;
    private static final String LOAD = "demo/shop/load";

    private static RowsBuilder export(House house) {
        return new RowsBuilder(LOAD, "node-1", "load-1", "1", START - 1000, house.now);
    }

    private static void step(House house, double level, int users, int from) {
        for (int second = 0; second < 10; second++) {
            house.second();
        }
        RowsBuilder rows = export(house);
        rows.gauge("load.level", "", level + house.now / 10_000 % 3);
        for (int i = 0; i < Math.min(users, 400); i++) {
            rows.gauge("load.users", "route=/a,user.id=" + (from + i), i);
        }
        house.metrics(rows.rows());
    }

    private static List<Finding> limits(House house) {
        return house.versions.stream()
                .filter(finding -> finding.signal().metric().equals(SignalKey.REFUSED))
                .toList();
    }

    private static House flooded() {
        House house = new House(START);
        for (int i = 0; i < 60; i++) {
            step(house, 100, 0, 0);
        }
        for (int from = 0; from < SignalTable.MOST + 2_000; from += 400) {
            RowsBuilder rows = export(house);
            for (int i = from; i < from + 400; i++) {
                rows.gauge("load.users", "route=/a,user.id=" + i, i);
            }
            house.metrics(rows.rows());
        }
        return house;
    }

    @Test
    void theNoteNamesTheMetricAndTheAttributeThatFillTheRoom() {
        House house = flooded();

        assertThat(house.counts.refused).isGreaterThan(1_900);
        assertThat(limits(house)).singleElement().satisfies(note -> {
            assertThat(note.isOpen()).isTrue();
            assertThat(note.signal().service().id()).isEqualTo(LOAD);
            assertThat(note.signal().attributes()).isEqualTo("owner=node-1");
            assertThat(note.attributes())
                    .containsEntry("metric", "load.users")
                    .containsEntry("attribute", "user.id")
                    .containsEntry("values", Integer.toString(SignalTable.MOST - 1));
            assertThat(Trouble.isTrouble(note)).isFalse();
        });
    }

    @Test
    void whatWasKnownBeforeStaysJudgedWhileNewcomersAreRefused() {
        House house = flooded();
        for (int i = 0; i < 8; i++) {
            step(house, 900, 400, 100_000 + i * 400);
        }

        assertThat(house.findings.values())
                .anyMatch(finding -> finding.signal().metric().equals("load.level"));
    }

    @Test
    void itIsRepeatedOnceAMinuteUnderOneIdAndEndsWithTheFlood() {
        House house = flooded();
        for (int i = 0; i < 30; i++) {
            step(house, 100, 400, 100_000);
            house.entities.replaceAll((key, book) -> book.copy());
        }
        List<Finding> during = limits(house);
        for (int i = 0; i < 70; i++) {
            step(house, 100, 0, 0);
        }

        assertThat(during).hasSizeBetween(5, 7).allMatch(Finding::isOpen);
        assertThat(limits(house))
                .extracting(Finding::id)
                .containsOnly(during.get(0).id());
        assertThat(limits(house).get(limits(house).size() - 1).isOpen()).isFalse();
        assertThat(limits(house))
                .hasSize(during.size() + 1 + (int) (SeriesLimit.OVER_MILLIS / SeriesLimit.REPEAT_MILLIS) - 1);
    }

    @Test
    void aRestoredBookGoesOnUnderTheSameId() {
        House house = flooded();
        house.entities.replaceAll((key, book) -> EntityBookCountTest.restored(book));
        step(house, 100, 400, 200_000);

        assertThat(limits(house)).hasSize(2);
        assertThat(limits(house))
                .extracting(Finding::id)
                .containsOnly(limits(house).get(0).id());
        assertThat(limits(house).get(1).supersedes(limits(house).get(0))).isTrue();
    }

    private static SpanRows.Red served(String operation, long bin, int requests) {
        int[] durations = {57, requests};
        return new SpanRows.Red(
                SpanRows.View.SERVER,
                operation,
                "",
                "http",
                bin,
                requests,
                0,
                0.02 * requests,
                durations,
                List.of(),
                requests);
    }

    private static SpanRows operations(House house, int from, int count) {
        SpanRows batch = new SpanRows();
        batch.service = LOAD;
        batch.instance = "load-1";
        long bin = Math.floorDiv(house.now, 10_000L) * 10_000;
        List<SpanRows.Red> reds = new ArrayList<>();
        reds.add(served("", bin, 20 * count));
        for (int i = from; i < from + count; i++) {
            reds.add(served("GET /item/" + i, bin, 20));
        }
        batch.reds = reds;
        batch.links = List.of(new SpanRows.Link(house.now, house.now, true, "", "http", house.now));
        return batch;
    }

    private static void serve(House house, int steps, int from, int count) {
        for (int i = 0; i < steps; i++) {
            house.spans(operations(house, from, count));
            for (int second = 0; second < 10; second++) {
                house.second();
            }
        }
    }

    /** Operations that nobody asks for any more must not keep the new ones out for ever. */
    @Test
    void operationsSilentForAnHourMakeRoomForNewOnes() {
        House house = new House(START);
        for (int from = 0; from < 400; from += 100) {
            serve(house, 3, from, 100);
        }
        List<Finding> full = limits(house);
        serve(house, 400, 0, 1);
        int told = limits(house).size();
        SignalKey waiting = SignalKey.ofOperation(ServiceKey.parse(LOAD), "GET /item/900", SignalKind.DURATION_P95);
        house.catalogue = Catalogue.of(List.of(), List.of(waiting.id()));
        serve(house, 30, 900, 10);

        assertThat(full).isNotEmpty().allSatisfy(note -> {
            assertThat(note.attributes()).containsEntry("attribute", "operation");
            assertThat(Trouble.isTrouble(note)).isFalse();
        });
        assertThat(limits(house)).hasSize(told);
        assertThat(limits(house).get(told - 1).isOpen()).isFalse();
        assertThat(house.rollups.values())
                .filteredOn(row -> row.signal().equals(waiting) && !Double.isNaN(row.upper()))
                .isNotEmpty();
    }
}
