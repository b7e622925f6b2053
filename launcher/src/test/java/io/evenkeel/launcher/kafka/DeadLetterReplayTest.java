package io.evenkeel.launcher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.launcher.FreePorts;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.event.DeadLetterHeaders;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterReplayTest {
    @TempDir
    Path home;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(home, FreePorts.next(), FreePorts.next());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void sendsEachDeadLetterOnceToWhereItCameFrom() {
        // as the detection job writes them, for records without a key
        bury("otlp_metrics/3/17", Topics.METRICS, "TRUNCATED at byte 5", "first");
        bury("otlp_spans/0/4", Topics.SPANS, "INVALID_TAG at byte 0", "second");
        // as the control plane does, with the record's own key and headers
        bury("finding-1", Topics.FINDINGS, "unknown kind", "third", "ce_type", "io.evenkeel.finding.v1");
        DeadLetterReplay replay = new DeadLetterReplay(broker.bootstrap());

        DeadLetterReplay.Outcome dry = replay.run("", true);
        assertThat(dry.sent()).isEqualTo(Map.of(Topics.METRICS, 1L, Topics.SPANS, 1L, Topics.FINDINGS, 1L));
        assertThat(dry.reasons())
                .isEqualTo(Map.of("TRUNCATED at byte #", 1L, "INVALID_TAG at byte #", 1L, "unknown kind", 1L));
        assertThat(read(Topics.METRICS)).isEmpty();

        assertThat(replay.run("", false)).isEqualTo(dry);
        DeadLetterReplay.Outcome again = replay.run("", false);

        assertThat(again.sent()).isEmpty();
        assertThat(again.before()).isEqualTo(3);
        assertThat(read(Topics.METRICS)).singleElement().satisfies(record -> {
            assertThat(record.key()).isNull();
            assertThat(record.value()).isEqualTo(utf8("first"));
            assertThat(header(record, DeadLetterHeaders.REPLAY_OF)).isEqualTo("0/0");
            assertThat(record.headers()).as("nothing else of a dead letter").hasSize(1);
        });
        assertThat(read(Topics.SPANS))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isEqualTo(utf8("second")));
        assertThat(read(Topics.FINDINGS)).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo(utf8("finding-1"));
            assertThat(header(record, "ce_type")).isEqualTo("io.evenkeel.finding.v1");
        });
    }

    @Test
    void oneReasonCanBeSentBeforeTheOthers() {
        bury("otlp_logs/0/1", Topics.LOGS, "TRUNCATED at byte 5", "first");
        bury("otlp_logs/0/2", Topics.LOGS, "TOO_DEEP at byte 9", "second");
        DeadLetterReplay replay = new DeadLetterReplay(broker.bootstrap());

        assertThat(replay.run("TOO_DEEP", false).sent()).isEqualTo(Map.of(Topics.LOGS, 1L));
        assertThat(read(Topics.LOGS)).extracting(ConsumerRecord::value).containsExactly(utf8("second"));
        assertThat(replay.run("", false).sent()).isEqualTo(Map.of(Topics.LOGS, 1L));
        assertThat(read(Topics.LOGS)).extracting(ConsumerRecord::value).contains(utf8("first"), utf8("second"));
    }

    /**
     * A run that was killed leaves its transaction open; ended too late, it would hide all dead letters behind it, and its
     * copies would be there beside ours for whoever asks for uncommitted ones.
     */
    @Test
    void whatAKilledRunLeftOpenIsSentOnce_andNothingBehindItIsMissed() {
        bury("otlp_logs/0/1", Topics.LOGS, "TRUNCATED", "first");
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "evenkeel-dead-letter-replay"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(Topics.LOGS, utf8("first")));
            ProducerRecord<byte[], byte[]> mark = new ProducerRecord<>(Topics.DEAD_LETTER, 0, utf8("mark"), null);
            mark.headers().add(DeadLetterHeaders.REPLAYED, utf8("0/0"));
            killed.send(mark);
            killed.flush();
            bury("otlp_logs/0/2", Topics.LOGS, "TRUNCATED", "second");

            DeadLetterReplay.Outcome outcome = new DeadLetterReplay(broker.bootstrap()).run("", false);

            assertThat(outcome.sent()).isEqualTo(Map.of(Topics.LOGS, 2L));
            assertThat(read(Topics.LOGS))
                    .as("to the jobs")
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrder(utf8("first"), utf8("second"));
            assertThat(new DeadLetterReplay(broker.bootstrap()).run("", false).before())
                    .isEqualTo(2);
        }
    }

    /** A cut value would be taken for the record, and be wrong; a topic that is not there would be made up. */
    @Test
    void whatIsCutOrHomelessStaysWhereItIs() {
        bury("otlp_logs/0/1", Topics.LOGS, "TRUNCATED", "cut", DeadLetterHeaders.CUT_FROM, "1000000");
        bury("elsewhere/0/1", "elsewhere", "TRUNCATED", "homeless");

        DeadLetterReplay.Outcome outcome = new DeadLetterReplay(broker.bootstrap()).run("", false);

        assertThat(outcome).isEqualTo(new DeadLetterReplay.Outcome(Map.of(), Map.of(), 0, 1, 1));
        assertThat(read(Topics.LOGS)).isEmpty();
    }

    /** More than one transaction's worth. */
    @Test
    void thousandsAreSent() {
        for (int i = 0; i < 1_050; i++) {
            bury("otlp_logs/0/" + i, Topics.LOGS, "TRUNCATED", "record " + i);
        }

        DeadLetterReplay.Outcome outcome = new DeadLetterReplay(broker.bootstrap()).run("", false);

        assertThat(outcome.sent()).isEqualTo(Map.of(Topics.LOGS, 1_050L));
        assertThat(read(Topics.LOGS).stream().map(record -> new String(record.value(), StandardCharsets.UTF_8)))
                .hasSize(1_050)
                .doesNotHaveDuplicates();
    }

    @Test
    void kafkaThatIsNotThere_isNamed() {
        assertThatThrownBy(() -> new DeadLetterReplay("127.0.0.1:1").run("", false))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("--kafka");
    }

    /** @param headers further ones: name, value, name, value... */
    private void bury(String key, String topic, String reason, String value, String... headers) {
        String[] place = key.split("/");
        ProducerRecord<byte[], byte[]> dead = new ProducerRecord<>(Topics.DEAD_LETTER, utf8(key), utf8(value));
        dead.headers()
                .add(DeadLetterHeaders.TOPIC, utf8(topic))
                .add(DeadLetterHeaders.PARTITION, utf8(place.length > 1 ? place[1] : "0"))
                .add(DeadLetterHeaders.OFFSET, utf8(place.length > 1 ? place[2] : "0"))
                .add(DeadLetterHeaders.REASON, utf8(reason));
        for (int i = 0; i < headers.length; i += 2) {
            dead.headers().add(headers[i], utf8(headers[i + 1]));
        }
        graves().send(dead);
        graves().flush();
    }

    private KafkaProducer<byte[], byte[]> producer;

    private KafkaProducer<byte[], byte[]> graves() {
        if (producer == null) {
            producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }
        return producer;
    }

    @AfterEach
    void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }

    /** As the jobs read. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions = Set.copyOf(consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
