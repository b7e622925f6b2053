package io.evenkeel.ingest.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.OtlpJson;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * When a recorded request is due: as long after the first of its file as it was when they were recorded, divided by a
 * speed. A request's time is the latest of its items. One thread.
 */
public final class Pace {
    /** A longer wait than this is told. */
    private static final long TOLD_MILLIS = 30_000;

    private final double speed;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private long begun;
    private long first = Long.MIN_VALUE;

    /** Waits; {@link Thread#sleep(long)} but in tests. */
    interface Sleeper {
        void sleep(long millis) throws InterruptedException;
    }

    Pace(double speed, LongSupplier nanoTime, Sleeper sleeper) {
        this.speed = speed;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    /** @param speed 1 = as recorded, 10 = ten times as fast; infinity = each as soon as the one before is taken */
    public static Pace of(double speed) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("a speed must be above 0, not " + speed);
        }
        return new Pace(speed, System::nanoTime, Thread::sleep);
    }

    /** The next request is the first of a file. */
    void begin() {
        first = Long.MIN_VALUE;
    }

    /** Returns when the request is due; at once where it says no time or the speed has no bound. */
    void await(OtlpFile.Request request, Consumer<String> watcher) throws InterruptedException {
        if (Double.isInfinite(speed)) {
            return;
        }
        OptionalLong time = timeOf(request);
        if (time.isEmpty()) {
            return;
        }
        if (first == Long.MIN_VALUE) {
            first = time.getAsLong();
            begun = nanoTime.getAsLong();
            return;
        }
        double due = (time.getAsLong() - first) / speed;
        long wait = (long) ((due - (nanoTime.getAsLong() - begun)) / 1e6);
        if (wait > 0) {
            if (wait >= TOLD_MILLIS) {
                watcher.accept("request " + request.number() + " is due in " + wait / 1000 + " s at this speed");
            }
            sleeper.sleep(wait);
        }
    }

    /** Latest time of the request's items, ns since the epoch; empty when it has none or is none. */
    static OptionalLong timeOf(OtlpFile.Request request) {
        try {
            byte[] body = request.format() == BodyFormat.JSON
                    ? OtlpJson.toProtobuf(request.signal(), request.body())
                    : request.body();
            LongStream times = switch (request.signal()) {
                case METRICS -> metrics(body);
                case SPANS -> spans(body);
                case LOGS -> logs(body);
            };
            return times.filter(time -> time > 0).max();
        } catch (MalformedRequestException | InvalidProtocolBufferException e) {
            return OptionalLong.empty(); // the door will say what is wrong with it
        }
    }

    private static LongStream metrics(byte[] body) throws InvalidProtocolBufferException {
        return ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .flatMapToLong(Pace::points);
    }

    private static LongStream points(Metric metric) {
        return Stream.of(
                        metric.getGauge().getDataPointsList().stream().mapToLong(point -> point.getTimeUnixNano()),
                        metric.getSum().getDataPointsList().stream().mapToLong(point -> point.getTimeUnixNano()),
                        metric.getHistogram().getDataPointsList().stream().mapToLong(point -> point.getTimeUnixNano()),
                        metric.getExponentialHistogram().getDataPointsList().stream()
                                .mapToLong(point -> point.getTimeUnixNano()),
                        metric.getSummary().getDataPointsList().stream().mapToLong(point -> point.getTimeUnixNano()))
                .flatMapToLong(times -> times);
    }

    private static LongStream spans(byte[] body) throws InvalidProtocolBufferException {
        return ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .mapToLong(span -> span.getEndTimeUnixNano());
    }

    private static LongStream logs(byte[] body) throws InvalidProtocolBufferException {
        return ExportLogsServiceRequest.parseFrom(body).getResourceLogsList().stream()
                .flatMap(resource -> resource.getScopeLogsList().stream())
                .flatMap(scope -> scope.getLogRecordsList().stream())
                .mapToLong(Pace::time);
    }

    private static long time(LogRecord log) {
        return log.getTimeUnixNano() > 0 ? log.getTimeUnixNano() : log.getObservedTimeUnixNano();
    }
}
