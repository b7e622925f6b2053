package io.evenkeel.correlation.flink;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker: JSON in, an incident out in time, odd events set aside, the job alive. */
class CorrelationJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void badDeploy_isAnIncidentWithinFiveSecondsOfItsFindings(@TempDir Path directory) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
                KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            Configuration settings = new Configuration();
            settings.setString("pipeline.generic-types", "false");
            settings.setString("execution.checkpointing.interval", "1 s");
            StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
            CorrelationJob.build(env, CorrelationOptions.of(broker.bootstrap(), 7));
            JobClient job = env.executeAsync("correlation");
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
                Instant onset = Instant.now().minusSeconds(12);
                for (CallEdge edge : shop()) {
                    send(producer, Topics.TOPOLOGY, edge.id(), EventJson.write(edge));
                }
                Change deploy = deploy(PAYMENT, "4.12.0", onset.minusSeconds(48));
                send(producer, Topics.CHANGES, deploy.id(), EventJson.write(deploy));
                abortedFinding(broker, errors(service("ghost"), 0.2, 2), onset);
                // A first incident elsewhere shows that the job is up, so that the time measured below is its own.
                var portal = service("portal");
                finding(producer, errors(portal, 0.2, 2), onset);
                await(consumer, Topics.INCIDENTS, incident -> {
                    assertThat(incident.title()).doesNotStartWith("ghost");
                    return incident.title().startsWith("portal");
                });

                send(producer, Topics.FINDINGS, "odd", "{\"id\":7".getBytes(StandardCharsets.UTF_8));
                send(
                        producer,
                        Topics.FINDINGS,
                        "holes",
                        "{\"id\":\"x\",\"exemplars\":[],\"attributes\":{}}".getBytes(StandardCharsets.UTF_8));
                finding(producer, edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), onset);
                finding(producer, errors(PAYMENT, 0.5, 5), onset);
                finding(producer, errors(FRONT, 0.12, 5), onset.plusSeconds(2));
                finding(producer, operationErrors(FRONT, "POST /checkout", 0.48, 5), onset.plusSeconds(2));
                Incident incident = await(consumer, Topics.INCIDENTS, found -> {
                    assertThat(found.title()).doesNotStartWith("ghost");
                    return found.title().startsWith("POST /checkout");
                });

                assertThat(incident.suspects().get(0).service()).isEqualTo(PAYMENT);
                assertThat(incident.suspects().get(0).cause()).isEqualTo(CauseKind.BAD_DEPLOY);
                assertThat(incident.epoch()).isEqualTo(7);
                List<ConsumerRecord<byte[], byte[]>> dead = poll(consumer, Topics.DEAD_LETTER, 2);
                assertThat(dead).hasSize(2);
                assertThat(new String(
                                dead.get(1)
                                        .headers()
                                        .lastHeader("evenkeel_reason")
                                        .value(),
                                StandardCharsets.UTF_8))
                        .contains("lacks 'kind'");
                assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
            } finally {
                job.cancel().get();
            }
        }
    }

    private static void finding(KafkaProducer<byte[], byte[]> producer, Draft draft, Instant onset) throws Exception {
        var finding = draft.open(onset, Instant.now());
        send(producer, Topics.FINDINGS, finding.id(), EventJson.write(finding));
    }

    /** As a replay of dead letters that was ended in the middle. */
    private static void abortedFinding(EmbeddedBroker broker, Draft draft, Instant onset) {
        try (KafkaProducer<byte[], byte[]> aborting = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "aborting"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            aborting.initTransactions();
            aborting.beginTransaction();
            var finding = draft.open(onset, Instant.now());
            aborting.send(new ProducerRecord<>(
                    Topics.FINDINGS, finding.id().getBytes(StandardCharsets.UTF_8), EventJson.write(finding)));
            aborting.flush();
            aborting.abortTransaction();
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    private static Incident await(KafkaConsumer<byte[], byte[]> consumer, String topic, Predicate<Incident> condition) {
        consumer.subscribe(List.of(topic));
        Instant until = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(until)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                assertThat(new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                        .isEqualTo("io.evenkeel.incident.v1");
                Incident incident = EventJson.read(record.value(), Incident.class);
                if (condition.test(incident)) {
                    return incident;
                }
            }
        }
        throw new AssertionError("no such incident within " + PATIENCE);
    }

    private static List<ConsumerRecord<byte[], byte[]>> poll(
            KafkaConsumer<byte[], byte[]> consumer, String topic, int count) {
        consumer.subscribe(List.of(topic));
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Instant until = Instant.now().plus(PATIENCE);
        while (records.size() < count && Instant.now().isBefore(until)) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedBroker broker) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "group.id", "it", "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
