package io.evenkeel.launcher.kafka;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.wire.event.EventHeaders;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the parts of this process tell of themselves to {@link Topics#PIPELINE}, every five seconds. A report that
 * Kafka does not take is left out: the next one says all that it said.
 */
public final class PipelineLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineLog.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<Supplier<Optional<PipelineReport>>> parts;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pipeline-log");
        thread.setDaemon(true);
        return thread;
    });

    private PipelineLog(String bootstrap, List<Supplier<Optional<PipelineReport>>> parts) {
        this.parts = List.copyOf(parts);
        int millis = (int) PATIENCE.toMillis();
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "evenkeel-pipeline",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        millis,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        millis,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        millis,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** @param parts each asked for its report; empty while the part does not run */
    public static PipelineLog start(String bootstrap, List<Supplier<Optional<PipelineReport>>> parts) {
        PipelineLog log = new PipelineLog(bootstrap, parts);
        var unused = log.timer.scheduleWithFixedDelay(log::tell, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return log;
    }

    private void tell() {
        for (Supplier<Optional<PipelineReport>> part : parts) {
            try {
                part.get().ifPresent(this::send);
            } catch (RuntimeException e) {
                LOG.warn("the pipeline's report of itself is left out once", e);
            }
        }
    }

    private void send(PipelineReport report) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.PIPELINE, report.part().getBytes(StandardCharsets.UTF_8), EventJson.write(report));
        EventHeaders.of(PipelineReport.class, report.part(), "/evenkeel/" + report.part(), report.at())
                .forEach((name, value) -> record.headers().add(name, value));
        var unused = producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                LOG.info("the pipeline's report of part={} is left out once: {}", report.part(), failure.toString());
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
        producer.close(PATIENCE);
    }
}
