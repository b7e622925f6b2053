package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.otlp.SpanRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is kept of a bin, and what is not. */
class SpanBinsTest {
    private static final long T = 1_800_000_000_000L;

    private static SpanRows.Red red(SpanRows.View view, String peer, int requests) {
        int[] durations = {57, requests};
        return new SpanRows.Red(
                view, "", peer, "http", T, requests, 0, 0.02 * requests, durations, List.of(), requests);
    }

    /** A crawler calls as many peers as there is room for before it is asked anything itself. */
    @Test
    void whatTheServiceServedAlwaysHasRoom() {
        SpanRows rows = new SpanRows();
        rows.service = "demo/shop/crawler";
        List<SpanRows.Red> reds = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            reds.add(red(SpanRows.View.CLIENT, "host-" + i + ":443", 1));
        }
        reds.add(red(SpanRows.View.SERVER, "", 7));
        rows.reds = reds;
        SpanBins bins = new SpanBins();
        bins.add(rows, T + 10_000, new ItemCounts());

        assertThat(Objects.requireNonNull(bins.at(T, SpanBins.SERVED)).count).isEqualTo(7);
        assertThat(bins.at(T)).hasSize(257);
    }
}
