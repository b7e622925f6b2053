package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rollup windows of those signals of an entity that are rolled up, by row of {@link SignalTable}. */
final class SignalWindows {
    private static final int NONE = -1;
    private static final int[] NO_ROWS = {};
    private static final byte[] NO_MARKS = {};

    private final int widthMillis;
    private final int kept;
    /** Null until a signal is wanted: most entities have no signal that anybody watches by the ten seconds. */
    private @Nullable RollupWindows windows;
    /** Row in the windows per signal, -1 for none, as far as one has ever been wanted; and back. */
    private int[] rowOf = NO_ROWS;

    private int[] signalOf = NO_ROWS;
    private byte[] wanted = NO_MARKS;
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
    }

    void epoch(long jobEpoch) {
        epoch = jobEpoch;
        if (windows != null) {
            windows.epoch(jobEpoch);
        }
    }

    /** Whether the points of a signal are to be counted from now on. */
    void want(int signal, boolean isWanted) {
        if (!isWanted && signal >= rowOf.length) {
            return;
        }
        if (signal >= rowOf.length) {
            room(Math.max(signal + 1, rowOf.length + rowOf.length / 2));
        }
        wanted[signal] = (byte) (isWanted ? 1 : 0);
        if (isWanted && rowOf[signal] == NONE) {
            seat(signal, begun().addRow());
        }
    }

    private void room(int signals) {
        int before = rowOf.length;
        rowOf = Arrays.copyOf(rowOf, signals);
        Arrays.fill(rowOf, before, signals, NONE);
        wanted = Arrays.copyOf(wanted, signals);
    }

    private RollupWindows begun() {
        RollupWindows known = windows;
        if (known == null) {
            known = new RollupWindows(widthMillis, kept);
            known.epoch(epoch);
            windows = known;
        }
        return known;
    }

    private void seat(int signal, int row) {
        rowOf[signal] = row;
        if (row >= signalOf.length) {
            signalOf = Arrays.copyOf(signalOf, Math.max(4, row * 2));
        }
        signalOf[row] = signal;
    }

    boolean wants(int signal) {
        return signal < wanted.length && wanted[signal] != 0;
    }

    void add(int signal, long time, double value, double on, Sink sink) {
        if (wants(signal)) {
            begun().add(rowOf[signal], time, value, on, bySignal(sink));
        }
    }

    boolean hasDirty() {
        return windows != null && windows.hasDirty();
    }

    void flush(Clock clock, Sink sink) {
        if (windows != null) {
            windows.flush((row, end) -> clock.mayClose(signalOf[row], end), bySignal(sink));
        }
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
        for (int to = keptSignals.length - 1; to >= 0; to--) {
            if (wants(keptSignals[to])) {
                fewer.room(to + 1);
                break;
            }
        }
        for (int to = 0; to < fewer.rowOf.length; to++) {
            int from = keptSignals[to];
            if (wants(from)) {
                fewer.wanted[to] = 1;
                fewer.seat(to, fewer.begun().take(begun(), rowOf[from]));
            }
        }
        return fewer;
    }

    private int seated() {
        return windows == null ? 0 : windows.size();
    }

    SignalWindows copy() {
        SignalWindows copy = new SignalWindows(widthMillis, kept);
        copy.epoch = epoch;
        if (windows != null) {
            copy.windows = windows.copy();
            copy.rowOf = rowOf.clone();
            copy.signalOf = Arrays.copyOf(signalOf, seated());
            copy.wanted = wanted.clone();
        }
        return copy;
    }

    void write(DataOutput out) throws IOException {
        RollupWindows written = windows == null ? new RollupWindows(widthMillis, kept) : windows;
        written.write(out);
        Columns.write(out, rowOf, rowOf.length);
        Columns.write(out, wanted, wanted.length);
        Columns.write(out, signalOf, seated());
    }

    static SignalWindows read(DataInput in, int widthMillis, int kept) throws IOException {
        SignalWindows read = new SignalWindows(widthMillis, kept);
        RollupWindows windows = RollupWindows.read(in, widthMillis, kept);
        read.windows = windows.size() == 0 ? null : windows;
        read.rowOf = Columns.readInts(in);
        read.wanted = Columns.readBytes(in);
        read.signalOf = Columns.readInts(in);
        return read;
    }
}
