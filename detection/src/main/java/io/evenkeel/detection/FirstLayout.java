package io.evenkeel.detection;

import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What 0.1.0 has written of an entity's streams and signals, and of what is judged of an entity or a service. */
final class FirstLayout {
    private FirstLayout() {}

    /** Streams, with room for a total of every one. */
    static StreamLedger streams(DataInput in) throws IOException {
        long[] id = Columns.readLongs(in);
        long[] lastTime = Columns.readLongs(in);
        long[] lastStart = Columns.readLongs(in);
        double[] lastValue = Columns.readDoubles(in);
        long[] lastCount = Columns.readLongs(in);
        int[] interval = Columns.readInts(in);
        int[] signal = Columns.readInts(in);
        int[] total = IntStream.range(0, id.length).toArray();
        LastTotals totals = new LastTotals(lastStart, lastValue, lastCount, BucketTotals.read(in));
        return new StreamLedger(id, lastTime, interval, signal, total, totals, RecentPoints.readFirstLayout(in));
    }

    /**
     * Signals: definitions as series (8 B), type (1 B), lengths of metric, unit and attributes (2 B each) and their UTF-8;
     * series by their ids; bins in ms.
     */
    static SignalTable signals(DataInput in) throws IOException {
        SeriesNames known = definitions(ByteBuffer.wrap(Columns.readBytes(in)));
        int[] series =
                LongStream.of(Columns.readLongs(in)).mapToInt(known::findOrAdd).toArray();
        int[] slots = Columns.readInts(in);
        char[] judged = places(Columns.readInts(in));
        char[] metric = places(Columns.readInts(in));
        long[] starts = Columns.readLongs(in);
        int[] widths = Columns.readInts(in);
        double[] sum = Columns.readDoubles(in);
        double[] weights = Columns.readDoubles(in);
        char[] slot = new char[series.length];
        byte[] width = new byte[series.length];
        float[] weight = new float[series.length];
        for (int row = 0; row < series.length; row++) {
            slot[row] = (char) slots[row];
            width[row] = (byte) (widths[row] / EntityBook.BIN_MILLIS);
            weight[row] = (float) weights[row];
        }
        byte[] done = Columns.readBytes(in);
        for (int left = in.readInt(); left > 0; left--) {
            in.readUTF();
            in.readInt();
        }
        MetricExports exports = MetricExports.read(in);
        int[] bin = inBins(starts);
        return new SignalTable(known, series, slot, judged, metric, bin, width, sum, weight, done, exports);
    }

    private static SeriesNames definitions(ByteBuffer definitions) {
        SeriesNames known = new SeriesNames();
        while (definitions.hasRemaining()) {
            long id = definitions.getLong();
            byte type = definitions.get();
            byte[][] texts = new byte[3][];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = new byte[Short.toUnsignedInt(definitions.getShort())];
            }
            for (byte[] text : texts) {
                definitions.get(text);
            }
            String metric = new String(texts[0], StandardCharsets.UTF_8);
            String unit = new String(texts[1], StandardCharsets.UTF_8);
            String attributes = new String(texts[2], StandardCharsets.UTF_8);
            known.define(known.findOrAdd(id), new SeriesDefinition(id, metric, unit, type, attributes));
        }
        return known;
    }

    /**
     * Judged signals: long rings for all, without {@link StepCourses}.
     *
     * @param ring steps to remember from now on; as many as were, or fewer
     */
    static JudgedSignals judged(DataInput in, int ring) throws IOException {
        int written = in.readInt();
        boolean weighted = in.readBoolean();
        float[] values = Columns.readFloats(in);
        float[] weights = Columns.readFloats(in);
        long[] lastBin = Columns.readLongs(in);
        int[] head = Columns.readInts(in);
        int[] pending = Columns.readInts(in);
        int[] flags = Columns.readInts(in);
        Map<Integer, DeviationTracker> open = DeviationTracker.readByRow(in);
        BaselineBank bank = BaselineBank.readFirstLayout(in, ZoneOffset.UTC);
        int rows = lastBin.length;
        byte[] newest = new byte[rows];
        byte[] waiting = new byte[rows];
        char[] marks = new char[rows];
        RecentSteps recent = new RecentSteps(
                ring,
                newest(values, rows, written, head, ring),
                weighted ? newest(weights, rows, written, head, ring) : null,
                inBins(lastBin),
                newest,
                waiting,
                marks);
        for (int row = 0; row < rows; row++) {
            newest[row] = (byte) (ring - 1);
            waiting[row] = (byte) Math.min(ring, pending[row]);
            marks[row] = (char) flags[row];
            if (!weighted && (bank.hasProfile(row) || open.containsKey(row))) {
                recent.follow(row);
                for (int back = written - 1; back >= ring; back--) {
                    recent.remember(row, values[place(row, written, head, back)]);
                }
            }
        }
        return new JudgedSignals(recent, bank, open);
    }

    private static int[] inBins(long[] starts) {
        return Arrays.stream(starts)
                .mapToInt(start -> start == Long.MIN_VALUE ? Integer.MIN_VALUE : (int) (start / EntityBook.BIN_MILLIS))
                .toArray();
    }

    private static float[] newest(float[] values, int rows, int written, int[] head, int ring) {
        float[] kept = new float[rows * ring];
        for (int row = 0; row < rows; row++) {
            for (int back = 0; back < ring; back++) {
                kept[row * ring + ring - 1 - back] = values[place(row, written, head, back)];
            }
        }
        return kept;
    }

    private static int place(int row, int ring, int[] head, int back) {
        return row * ring + Math.floorMod(head[row] - back, ring);
    }

    private static char[] places(int[] rows) {
        char[] places = new char[rows.length];
        for (int row = 0; row < rows.length; row++) {
            places[row] = (char) (rows[row] + 1);
        }
        return places;
    }
}
