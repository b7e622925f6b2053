package io.evenkeel.launcher.kafka;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.event.EventHeaders;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes priors to the topic that the detection job reads them from; the newest of a signal is the one that counts. */
public final class PriorsTopic {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SOURCE = "/evenkeel/backfill";

    private final String bootstrap;

    /** @param bootstrap {@code host:port,…} of the brokers */
    public PriorsTopic(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** @throws StartupException if nobody answers, or there is no such topic */
    public void require() {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrap,
                "default.api.timeout.ms",
                Long.toString(PATIENCE.toMillis()),
                "request.timeout.ms",
                Long.toString(PATIENCE.toMillis() / 2)))) {
            admin.describeTopics(List.of(Topics.PRIORS))
                    .allTopicNames()
                    .get(PATIENCE.toSeconds() + 1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while asking Kafka at " + bootstrap, e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            throw new StartupException(
                    "Kafka at " + bootstrap + " does not show the topic " + Topics.PRIORS + " (" + rootMessage(e)
                            + "); start ./evenkeel run, or name its Kafka with --kafka",
                    e);
        }
    }

    /**
     * Writes all, and returns when the broker has them.
     *
     * @param priors by signal id
     * @throws StartupException if one could not be written
     */
    public void write(Map<String, Prior> priors, Instant now) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "compression.type",
                "lz4",
                "linger.ms",
                "20",
                "delivery.timeout.ms",
                "30000",
                "request.timeout.ms",
                "10000");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            priors.forEach((signal, prior) -> {
                ProducerRecord<String, byte[]> record = new ProducerRecord<>(Topics.PRIORS, signal, prior.packed());
                EventHeaders.of(Prior.class, Long.toHexString(prior.id()), SOURCE, now)
                        .forEach((key, value) -> record.headers().add(key, value));
                record.headers().remove("content-type");
                record.headers().add("content-type", "application/octet-stream".getBytes(StandardCharsets.US_ASCII));
                sent.add(producer.send(record));
            });
            for (Future<?> one : sent) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while writing to Kafka at " + bootstrap, e);
        } catch (ExecutionException e) {
            throw new StartupException(
                    "Kafka at " + bootstrap + " does not take priors (" + rootMessage(e) + "); try again", e);
        }
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
