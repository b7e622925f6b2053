package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** The rollup windows of those signals of an entity that are rolled up, by row of {@link SignalTable}. */
final class SignalWindows {
    private static final int NONE = -1;

    private final int widthMillis;
    private final int kept;
    private RollupWindows windows;
    /** Row in the windows per signal, -1 for none; and back. */
    private int[] rowOf = {};

    private int[] signalOf = {};
    private byte[] wanted = {};
    private int signals;
    private long epoch;

    /** Takes a row that is due, see {@link RollupWindows.Sink}. */
    interface Sink {
        void due(int signal, long start, int widthMillis, long count, double sum, double weight, long revision);
    }

    /** Says since when a signal's window may be sent. */
    interface Clock {
        boolean mayClose(int signal, long windowEnd);
    }

    SignalWindows(int widthMillis, int kept) {
        this.widthMillis = widthMillis;
        this.kept = kept;
        this.windows = new RollupWindows(widthMillis, kept);
    }

    void epoch(long jobEpoch) {
        epoch = jobEpoch;
        windows.epoch(jobEpoch);
    }

    /** Whether the points of a signal are to be counted from now on. */
    void want(int signal, boolean isWanted) {
        if (signal >= rowOf.length) {
            int capacity = Math.max(16, signal * 2);
            int before = rowOf.length;
            rowOf = Arrays.copyOf(rowOf, capacity);
            Arrays.fill(rowOf, before, capacity, NONE);
            wanted = Arrays.copyOf(wanted, capacity);
        }
        signals = Math.max(signals, signal + 1);
        wanted[signal] = (byte) (isWanted ? 1 : 0);
        if (isWanted && rowOf[signal] == NONE) {
            seat(signal, windows.addRow());
        }
    }

    private void seat(int signal, int row) {
        rowOf[signal] = row;
        if (row >= signalOf.length) {
            signalOf = Arrays.copyOf(signalOf, Math.max(16, row * 2));
        }
        signalOf[row] = signal;
    }

    boolean wants(int signal) {
        return wanted[signal] != 0;
    }

    void add(int signal, long time, double value, double on, Sink sink) {
        if (wanted[signal] != 0) {
            windows.add(rowOf[signal], time, value, on, bySignal(sink));
        }
    }

    boolean hasDirty() {
        return windows.hasDirty();
    }

    void flush(Clock clock, Sink sink) {
        windows.flush((row, end) -> clock.mayClose(signalOf[row], end), bySignal(sink));
    }

    private RollupWindows.Sink bySignal(Sink sink) {
        return (row, start, width, count, sum, weight, revision) ->
                sink.due(signalOf[row], start, width, count, sum, weight, revision);
    }

    /**
     * These windows for only the given signals; signal i is then what {@code keptSignals[i]} was. What is not wanted any
     * more takes no room there; what it counted is forgotten.
     */
    SignalWindows only(int[] keptSignals) {
        SignalWindows fewer = new SignalWindows(widthMillis, kept);
        fewer.epoch(epoch);
        for (int to = 0; to < keptSignals.length; to++) {
            int from = keptSignals[to];
            fewer.want(to, false);
            if (wanted[from] != 0) {
                fewer.wanted[to] = 1;
                fewer.seat(to, fewer.windows.take(windows, rowOf[from]));
            }
        }
        return fewer;
    }

    SignalWindows copy() {
        SignalWindows copy = new SignalWindows(widthMillis, kept);
        copy.windows = windows.copy();
        copy.rowOf = Arrays.copyOf(rowOf, signals);
        copy.signalOf = Arrays.copyOf(signalOf, windows.size());
        copy.wanted = Arrays.copyOf(wanted, signals);
        copy.signals = signals;
        copy.epoch = epoch;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        windows.write(out);
        Columns.write(out, rowOf, signals);
        Columns.write(out, wanted, signals);
        Columns.write(out, signalOf, windows.size());
    }

    static SignalWindows read(DataInput in, int widthMillis, int kept) throws IOException {
        SignalWindows read = new SignalWindows(widthMillis, kept);
        read.windows = RollupWindows.read(in, widthMillis, kept);
        read.rowOf = Columns.readInts(in);
        read.wanted = Columns.readBytes(in);
        read.signalOf = Columns.readInts(in);
        read.signals = read.rowOf.length;
        return read;
    }
}
