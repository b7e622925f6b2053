package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The rollup windows of an entity's signals: minutes of those that the catalogue names, ten seconds of those that an
 * open incident watches. Until the catalogue is known everything is counted, so that nothing is missing once it is.
 */
final class EntityWindows {
    private static final int MINUTE_MILLIS = 60_000;
    private static final int MINUTES = 4;
    private static final int TENS = 8;

    private SignalWindows minutes;
    private SignalWindows tens;
    private Catalogue applied = Catalogue.UNKNOWN;

    EntityWindows() {
        this(new SignalWindows(MINUTE_MILLIS, MINUTES), new SignalWindows(EntityBook.BIN_MILLIS, TENS));
    }

    private EntityWindows(SignalWindows minutes, SignalWindows tens) {
        this.minutes = minutes;
        this.tens = tens;
    }

    void epoch(long jobEpoch) {
        minutes.epoch(jobEpoch);
        tens.epoch(jobEpoch);
    }

    /**
     * Follows a catalogue that has changed.
     *
     * @param idOf id of a signal whose series is defined
     */
    void apply(Catalogue catalogue, SignalTable signals, IntFunction<String> idOf) {
        if (catalogue == applied) {
            return;
        }
        boolean first = !applied.isKnown() && catalogue.isKnown();
        applied = catalogue;
        for (int signal = 0; signal < signals.size(); signal++) {
            want(signals, signal, idOf);
        }
        if (first) {
            minutes = minutes.only(IntStream.range(0, signals.size()).toArray());
        }
    }

    /** Decides whether a new signal is counted. */
    void want(SignalTable signals, int signal, IntFunction<String> idOf) {
        SeriesDefinition definition = signals.definition(signal);
        minutes.want(signal, !applied.isKnown() || definition == null || applied.rollsUp(definition.metric()));
        boolean watched =
                applied.watchesAnything() && signals.policy[signal] != null && applied.watches(idOf.apply(signal));
        tens.want(signal, watched);
    }

    /** Whether the catalogue is known and names the signal's metric. */
    boolean isCatalogued(int signal) {
        return applied.isKnown() && minutes.wants(signal);
    }

    /** Whether anybody wants the signal's windows; everybody does while the catalogue is unknown. */
    boolean isWanted(int signal) {
        return minutes.wants(signal) || tens.wants(signal);
    }

    void add(int signal, long time, double value, double on, SignalWindows.Sink sink) {
        minutes.add(signal, time, value, on, sink);
        tens.add(signal, time, value, on, sink);
    }

    /** Sends the windows that are complete, once it is known which ones are wanted. */
    void flush(SignalWindows.Clock clock, SignalWindows.Sink sink) {
        if (applied.isKnown()) {
            flushAll(clock, sink);
        }
    }

    boolean hasDirty() {
        return minutes.hasDirty() || tens.hasDirty();
    }

    /** These windows for only the given signals; signal i is then what {@code kept[i]} was. */
    EntityWindows only(int[] kept) {
        EntityWindows fewer = new EntityWindows(minutes.only(kept), tens.only(kept));
        fewer.applied = applied;
        return fewer;
    }

    /** Sends windows whether the catalogue is known or not. */
    void flushAll(SignalWindows.Clock clock, SignalWindows.Sink sink) {
        minutes.flush(clock, sink);
        tens.flush(clock, sink);
    }

    /** Sends the windows of signals that nobody asks for any more: they are not carried along. */
    void flushUnwanted(SignalWindows.Sink sink) {
        minutes.flush((signal, end) -> !minutes.wants(signal), sink);
        tens.flush((signal, end) -> !tens.wants(signal), sink);
    }

    EntityWindows copy() {
        EntityWindows copy = new EntityWindows(minutes.copy(), tens.copy());
        copy.applied = applied;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        minutes.write(out);
        tens.write(out);
    }

    static EntityWindows read(DataInput in) throws IOException {
        return new EntityWindows(
                SignalWindows.read(in, MINUTE_MILLIS, MINUTES), SignalWindows.read(in, EntityBook.BIN_MILLIS, TENS));
    }
}
