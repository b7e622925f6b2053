package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.Columns;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What an entity's book holds of one stream, read from the bytes that are its promise to later releases: a bench compares
 * it with the table of the sender.
 *
 * @param service {@code ServiceKey.id()}
 * @param attributes in canonical text
 * @param lastValue of a total; of a gauge what its newest step holds, as a float
 * @param steps learned or waiting to be, 0 when the signal is not judged
 * @param binMillis width of its steps
 * @param expected what the baseline expects next; NaN while it does not know
 */
public record StoredSeries(
        String service,
        String metric,
        String attributes,
        long lastTimeMillis,
        double lastValue,
        long steps,
        int binMillis,
        double expected) {

    public static List<StoredSeries> of(EntityBook book) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            book.write(new DataOutputStream(bytes));
            return read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<StoredSeries> read(DataInputStream in) throws IOException {
        in.readByte();
        String service = in.readUTF();
        in.readUTF();
        in.readLong();
        SlotRoster.read(in);
        Columns.readLongs(in);
        long[] lastTime = Columns.readLongs(in);
        Columns.readInts(in);
        int[] signalOf = Columns.readInts(in);
        int[] totalOf = Columns.readInts(in);
        LastTotals totals = LastTotals.read(in);
        RecentPoints.read(in);
        SignalTable signals = SignalTable.read(in);
        RecentSteps recent = RecentSteps.read(in);
        DeviationTracker.readByRow(in);
        recent.readCourses(in);
        BaselineBank bank = BaselineBank.read(in, ZoneOffset.UTC);
        List<StoredSeries> stored = new ArrayList<>();
        Band band = new Band();
        for (int row = 0; row < lastTime.length; row++) {
            int signal = signalOf[row];
            int judged = signals.judged(signal);
            band.clear();
            if (judged >= 0) {
                bank.band(judged, lastTime[row], 1, band);
            }
            var definition = Objects.requireNonNull(signals.definition(signal));
            double last = totalOf[row] >= 0
                    ? totals.value[totalOf[row]]
                    : judged < 0 ? Double.NaN : recent.valueAt(judged, 0);
            stored.add(new StoredSeries(
                    service,
                    definition.metric(),
                    definition.attributes(),
                    lastTime[row],
                    last,
                    judged < 0 ? 0 : bank.bins(judged) + recent.pending(judged),
                    signals.binMillis(signal),
                    band.expected));
        }
        return stored;
    }
}
