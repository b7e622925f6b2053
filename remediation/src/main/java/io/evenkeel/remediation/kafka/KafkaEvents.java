package io.evenkeel.remediation.kafka;

import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.DeadLetterHeaders;
import io.evenkeel.wire.event.EventHeaders;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Feedback;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.event.WatchList;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the jobs what people and the configuration say. Each call returns when the brokers have acknowledged, or throws
 * {@link EventNotSentException}; nothing is queued behind the caller's back. Safe for use by many threads.
 */
public final class KafkaEvents implements AutoCloseable {
    private static final String SOURCE = "/evenkeel/remediation";

    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;
    private final Duration timeout;

    KafkaEvents(Producer<byte[], byte[]> producer, InstantSource clock, Duration timeout) {
        this.producer = producer;
        this.clock = clock;
        this.timeout = timeout;
    }

    /**
     * @param bootstrap brokers, {@code host:port,…}
     * @param timeout how long one event may take to be acknowledged, for example 5 s
     */
    public static KafkaEvents connect(String bootstrap, InstantSource clock, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.CLIENT_ID_CONFIG,
                "evenkeel-control",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                millis,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                millis,
                ProducerConfig.LINGER_MS_CONFIG,
                0);
        return new KafkaEvents(
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()), clock, timeout);
    }

    public void changed(Change change) {
        send(Topics.CHANGES, change.id(), change);
    }

    public void decided(Feedback feedback) {
        send(Topics.FEEDBACK, feedback.id(), feedback);
    }

    public void configured(CatalogueConfig catalogue) {
        send(Topics.CONFIG, Topics.CONFIG_CATALOGUE, catalogue);
    }

    public void watching(WatchList watchList) {
        send(Topics.CONFIG, Topics.CONFIG_WATCH, watchList);
    }

    /** Puts a record aside that could not be read or stored, with where it came from and why. */
    void deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
        ProducerRecord<byte[], byte[]> dead =
                new ProducerRecord<>(Topics.DEAD_LETTER, null, record.key(), record.value(), record.headers());
        dead.headers()
                .add(DeadLetterHeaders.TOPIC, utf8(record.topic()))
                .add(DeadLetterHeaders.PARTITION, utf8(Integer.toString(record.partition())))
                .add(DeadLetterHeaders.OFFSET, utf8(Long.toString(record.offset())))
                .add(DeadLetterHeaders.REASON, utf8(reason));
        await(dead, Topics.DEAD_LETTER);
    }

    private void send(String topic, String key, Object event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, utf8(key), EventJson.write(event));
        EventHeaders.of(event.getClass(), key, SOURCE, clock.instant())
                .forEach((name, value) -> record.headers().add(name, value));
        await(record, topic);
    }

    private void await(ProducerRecord<byte[], byte[]> record, String topic) {
        try {
            producer.send(record).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new EventNotSentException(topic, reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EventNotSentException(topic, "interrupted", e);
        }
    }

    private static String reason(Exception e) {
        @Nullable Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
        return Objects.requireNonNullElse(cause == null ? e.getMessage() : cause.getMessage(), "no answer in time");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(timeout);
    }
}
