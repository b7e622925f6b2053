package io.evenkeel.ingest.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.ResourceKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three OTLP topics as a durable log. A request is in it when Kafka has acknowledged each of its slices with
 * acks=all; everything else fails within {@link #PATIENCE} = 8 s, also a request whose many slices each wait a little, which leaves an exporter that gives up after 10 s the time to hear of it. Callers never wait: the producer's own
 * blocking (no metadata, full buffer) happens on one thread per topic, so that a missing topic stops only itself. Safe
 * for any thread.
 */
public final class KafkaTelemetryLog implements AutoCloseable {
    /** How long a request may wait for its turn: "a full produce queue for 2 s = 503" (ARCHITECTURE, 3). */
    static final Duration QUEUE_PATIENCE = Duration.ofSeconds(2);
    /** How long one record may wait for metadata or room in the producer's buffer. */
    static final Duration MAX_BLOCK = Duration.ofSeconds(2);
    /** From the producer's buffer to Kafka's acknowledgement, retries included. */
    static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(4);

    /** From the call to the answer, whatever the request's slices waited for. */
    private static final Duration PATIENCE = QUEUE_PATIENCE.plus(MAX_BLOCK).plus(DELIVERY_TIMEOUT);

    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(2500);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    /** A few ms gather the records of concurrent requests into one batch; unseen beside a disk's own latency. */
    private static final int LINGER_MILLIS = 5;

    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BUFFER_BYTES = 48 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTelemetryLog.class);

    private final Producer<byte[], byte[]> producer;
    private final DoorCounters counters;
    private final LongSupplier nanoTime;
    private final Map<OtlpSignal, ExecutorService> lanes = new EnumMap<>(OtlpSignal.class);
    private final AtomicBoolean failing = new AtomicBoolean();

    /**
     * @param bootstrap Kafka's {@code host:port,...}; need not be up yet
     * @param nanoTime a clock that only runs forward, ns
     */
    public KafkaTelemetryLog(String bootstrap, DoorCounters counters, LongSupplier nanoTime) {
        this.producer = new KafkaProducer<>(settings(bootstrap), new ByteArraySerializer(), new ByteArraySerializer());
        this.counters = counters;
        this.nanoTime = nanoTime;
        for (OtlpSignal signal : OtlpSignal.values()) {
            lanes.put(signal, Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "telemetry-log-" + signal.topic());
                thread.setDaemon(true);
                return thread;
            }));
        }
    }

    private static Map<String, Object> settings(String bootstrap) {
        return Map.ofEntries(
                Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "evenkeel-ingest"),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis()),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis()),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis()),
                Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L),
                Map.entry(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2000L));
    }

    /**
     * Writes all slices of one request.
     *
     * @return done when Kafka has acknowledged every slice; failed with {@link LogUnavailableException} otherwise, and
     *     then some slices may be written or still be on their way
     */
    public CompletableFuture<Void> append(OtlpSignal signal, List<byte[]> slices) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        if (slices.isEmpty()) {
            written.complete(null);
            return written;
        }
        long queuedAt = nanoTime.getAsLong();
        ExecutorService lane = lanes.get(signal);
        if (lane == null || lane.isShutdown()) {
            fail(written, new LogUnavailableException("the log is closed"));
            return written;
        }
        onTimeout(written);
        lane.execute(() -> {
            if (nanoTime.getAsLong() - queuedAt > QUEUE_PATIENCE.toNanos()) {
                fail(written, new LogUnavailableException("Kafka's produce queue is full"));
                return;
            }
            produce(signal, slices, written);
        });
        return written;
    }

    /** On the timer of orTimeout, which forgets a request as soon as it is done. */
    private void onTimeout(CompletableFuture<Void> written) {
        CompletableFuture<Void> timer = new CompletableFuture<Void>().orTimeout(PATIENCE.toMillis(), MILLISECONDS);
        var unused = timer.whenComplete((never, timeout) -> {
            if (timeout != null) {
                fail(written, new LogUnavailableException("Kafka did not acknowledge all of it in time"));
            }
        });
        var unusedToo = written.whenComplete((done, failure) -> timer.complete(null));
    }

    private void produce(OtlpSignal signal, List<byte[]> slices, CompletableFuture<Void> written) {
        AtomicInteger missing = new AtomicInteger(slices.size());
        for (byte[] slice : slices) {
            if (written.isDone()) {
                return; // a slice has failed, so the request has
            }
            try {
                ProducerRecord<byte[], byte[]> value =
                        new ProducerRecord<>(signal.topic(), ResourceKey.of(slice), slice);
                Future<?> unused = producer.send(value, (metadata, failure) -> {
                    if (failure != null) {
                        fail(written, new LogUnavailableException(reason(failure), failure));
                        return;
                    }
                    counters.recordWritten(slice.length);
                    if (missing.decrementAndGet() == 0) {
                        succeed(written);
                    }
                });
            } catch (KafkaException | IllegalStateException e) {
                fail(written, new LogUnavailableException(reason(e), e));
            }
        }
    }

    private void succeed(CompletableFuture<Void> written) {
        if (written.complete(null) && failing.compareAndSet(true, false)) {
            LOG.info("telemetry log: Kafka acknowledges again");
        }
    }

    private void fail(CompletableFuture<Void> written, LogUnavailableException failure) {
        if (!written.completeExceptionally(failure)) {
            return;
        }
        counters.logFailed();
        if (failing.compareAndSet(false, true)) {
            LOG.warn(
                    "telemetry log: {}; senders are told 503 and to try again; check that Kafka runs and has room",
                    failure.getMessage());
        }
    }

    private static String reason(Exception failure) {
        return "Kafka did not acknowledge in time (" + failure.getClass().getSimpleName() + ")";
    }

    /** Waits up to 5 s for records under way, then gives them up: their senders are told 503. */
    @Override
    public void close() {
        lanes.values().forEach(ExecutorService::shutdown);
        producer.close(CLOSE_PATIENCE);
        for (ExecutorService lane : lanes.values()) {
            try {
                if (!lane.awaitTermination(MAX_BLOCK.toMillis(), MILLISECONDS)) {
                    lane.shutdownNow();
                }
            } catch (InterruptedException e) {
                lane.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }
}
