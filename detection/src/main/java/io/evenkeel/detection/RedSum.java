package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests, errors and durations of one view in one bin, with the requests that show them best. Mutable. */
final class RedSum {
    private static final int MOST_EXEMPLARS = 5;

    /** Requests that the spans stand for, by their adjusted counts. */
    double count;

    double errors;
    /** Sum of the squared adjusted counts; {@link #count} where nothing was sampled. */
    double squares;

    double sumSeconds;
    DurationHistogram durations = DurationHistogram.EMPTY;
    /** Failed requests seen per error type, from the samples; a share, not a count of all. */
    final Map<String, Integer> errorTypes = new HashMap<>();
    /** Failed first, then slowest. */
    final List<Exemplar> exemplars = new ArrayList<>();

    void add(SpanRows.Red red) {
        count += red.count();
        errors += red.errors();
        squares += red.squares();
        sumSeconds += red.durationSumSeconds();
        if (durations.isEmpty()) {
            durations = DurationHistogram.ofSpans();
        }
        durations.addSparse(red.durations());
        for (SpanRows.Sample sample : red.exemplars()) {
            if (!sample.errorType().isEmpty()) {
                errorTypes.merge(sample.errorType(), 1, Integer::sum);
            }
            offer(exemplar(sample));
        }
    }

    void add(RedSum other) {
        count += other.count;
        errors += other.errors;
        squares += other.squares;
        sumSeconds += other.sumSeconds;
        durations = durations.plus(other.durations);
        other.errorTypes.forEach((type, seen) -> errorTypes.merge(type, seen, Integer::sum));
        other.exemplars.forEach(this::offer);
    }

    /** Adds requests that are known from elsewhere; a trace that is here already has more to say. */
    void show(List<Exemplar> others) {
        for (Exemplar other : others) {
            if (exemplars.stream().noneMatch(known -> known.traceId().equals(other.traceId()))) {
                offer(other);
            }
        }
    }

    /**
     * How much one request of {@link #count} is worth as evidence, 0..1: 1 where every request has its span, 0.05 where
     * one of twenty has (Kish 1965, Survey Sampling: the effective size of a weighted sample is (Σw)²/Σw²).
     */
    double evidence() {
        return squares > count ? count / squares : 1;
    }

    double meanSeconds() {
        return count == 0 ? Double.NaN : sumSeconds / count;
    }

    private void offer(Exemplar exemplar) {
        int at = exemplars.size();
        while (at > 0 && isBetter(exemplar, exemplars.get(at - 1))) {
            at--;
        }
        if (at < MOST_EXEMPLARS) {
            exemplars.add(at, exemplar);
            if (exemplars.size() > MOST_EXEMPLARS) {
                exemplars.remove(MOST_EXEMPLARS);
            }
        }
    }

    private static boolean isBetter(Exemplar one, Exemplar other) {
        boolean failed = !one.status().equals("ok");
        boolean otherFailed = !other.status().equals("ok");
        return failed == otherFailed ? one.durationSeconds() > other.durationSeconds() : failed;
    }

    private static Exemplar exemplar(SpanRows.Sample sample) {
        return new Exemplar(
                String.format("%016x%016x", sample.traceHigh(), sample.traceLow()),
                String.format("%016x", sample.span()),
                Instant.ofEpochMilli(sample.timeMillis()),
                sample.operation(),
                sample.durationMicros() / 1e6,
                sample.errorType().isEmpty() ? "ok" : sample.errorType());
    }

    RedSum copy() {
        RedSum copy = new RedSum();
        copy.count = count;
        copy.errors = errors;
        copy.squares = squares;
        copy.sumSeconds = sumSeconds;
        copy.durations =
                new DurationHistogram(durations.bounds(), durations.counts().clone());
        copy.errorTypes.putAll(errorTypes);
        copy.exemplars.addAll(exemplars);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(count);
        out.writeDouble(errors);
        out.writeDouble(squares);
        out.writeDouble(sumSeconds);
        durations.write(out);
        out.writeInt(errorTypes.size());
        for (Map.Entry<String, Integer> entry : errorTypes.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue());
        }
        Bytes.writeExemplars(out, exemplars);
    }

    /**
     * @param version of the service's state; before 2 counts were whole numbers and nothing was known of sampling
     */
    static RedSum read(DataInput in, byte version) throws IOException {
        RedSum sum = new RedSum();
        sum.count = version < 2 ? in.readLong() : in.readDouble();
        sum.errors = version < 2 ? in.readLong() : in.readDouble();
        sum.squares = version < 2 ? sum.count : in.readDouble();
        sum.sumSeconds = in.readDouble();
        sum.durations = DurationHistogram.read(in);
        int types = in.readInt();
        for (int i = 0; i < types; i++) {
            sum.errorTypes.put(in.readUTF(), in.readInt());
        }
        sum.exemplars.addAll(Bytes.readExemplars(in));
        return sum;
    }
}
