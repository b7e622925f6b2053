package io.evenkeel.launcher.kafka;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.event.DeadLetterHeaders;
import io.evenkeel.wire.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records that could not be read to the topics they came from again, as they were. A dead letter is sent once: its
 * copy and a mark on the dead letter topic, {@link DeadLetterHeaders#REPLAYED}, are one Kafka transaction, which those who
 * read the copies must ask for with {@code isolation.level=read_committed}; a second run that begins meanwhile ends the
 * first. What still cannot be read becomes a new dead letter.
 */
public final class DeadLetterReplay {
    private static final String TRANSACTIONS = "evenkeel-dead-letter-replay";
    private static final int BATCH = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Whoever reads committed records only waits behind a run that was killed; no longer than this and Kafka's 10 s. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(30);
    /** What a dead letter has beyond the record it is about. */
    private static final Set<String> OURS = Set.of(
            DeadLetterHeaders.TOPIC,
            DeadLetterHeaders.PARTITION,
            DeadLetterHeaders.OFFSET,
            DeadLetterHeaders.REASON,
            DeadLetterHeaders.CUT_FROM,
            DeadLetterHeaders.REPLAY_OF);

    private final String bootstrap;

    /**
     * What became of the dead letters.
     *
     * @param sent how many were sent, or would be, by topic
     * @param reasons why these could not be read, with {@code #} for numbers
     * @param before those that an earlier run has sent
     * @param cut those that are no longer whole
     * @param homeless those whose topic is not there, or not told
     */
    public record Outcome(Map<String, Long> sent, Map<String, Long> reasons, long before, long cut, long homeless) {}

    /** @param bootstrap Kafka's {@code host:port,...} */
    public DeadLetterReplay(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /**
     * @param reason text that the reason must have in it; empty = any
     * @param dryRun counts only
     * @throws StartupException when Kafka does not answer or another run has taken over
     */
    public Outcome run(String reason, boolean dryRun) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Set<String> topics = consumer.listTopics(PATIENCE).keySet();
            if (!topics.contains(Topics.DEAD_LETTER)) {
                return new Outcome(Map.of(), Map.of(), 0, 0, 0);
            }
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTER, PATIENCE).stream()
                    .map(info -> new TopicPartition(Topics.DEAD_LETTER, info.partition()))
                    .toList();
            consumer.assign(partitions);
            // Taking over ends what an earlier run has left open; only then is it known what was sent and where the end
            // is.
            try (Pass pass = new Pass(reason, topics, dryRun ? null : producer())) {
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
                read(consumer, ends, pass::mark, () -> {});
                read(consumer, ends, pass::look, pass::commit);
                return pass.outcome();
            }
        } catch (KafkaException e) {
            throw new StartupException(
                    "the dead letters could not all be sent: Kafka at " + bootstrap + " says " + e.getMessage()
                            + "; start ./evenkeel run, or name another with --kafka, and try again: what was sent is not"
                            + " sent twice",
                    e);
        }
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> each,
            Runnable afterSome) {
        consumer.seekToBeginning(ends.keySet());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    each.accept(record);
                }
            }
            afterSome.run();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        TRANSACTIONS,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        PATIENCE.toMillis(),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        (int) LONGEST_TRANSACTION.toMillis()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    /** One reading of the topic, first for the marks, then for what has none. */
    private static final class Pass implements AutoCloseable {
        private final String reason;
        private final Set<String> topics;
        private final Set<String> replayed = new HashSet<>();
        private final @Nullable KafkaProducer<byte[], byte[]> producer;
        private final Map<String, Long> sent = new TreeMap<>();
        private final Map<String, Long> reasons = new TreeMap<>();
        private long before;
        private long cut;
        private long homeless;
        private int open;

        Pass(String reason, Set<String> topics, @Nullable KafkaProducer<byte[], byte[]> producer) {
            this.reason = reason;
            this.topics = topics;
            this.producer = producer;
        }

        void mark(ConsumerRecord<byte[], byte[]> record) {
            String mark = text(record.headers(), DeadLetterHeaders.REPLAYED);
            if (!mark.isEmpty()) {
                replayed.add(mark);
            }
        }

        void look(ConsumerRecord<byte[], byte[]> dead) {
            String why = text(dead.headers(), DeadLetterHeaders.REASON);
            if (!text(dead.headers(), DeadLetterHeaders.REPLAYED).isEmpty() || !why.contains(reason)) {
                return;
            }
            String topic = text(dead.headers(), DeadLetterHeaders.TOPIC);
            String id = dead.partition() + "/" + dead.offset();
            if (replayed.contains(id)) {
                before++;
            } else if (dead.headers().lastHeader(DeadLetterHeaders.CUT_FROM) != null) {
                cut++;
            } else if (!topics.contains(topic)) {
                homeless++;
            } else {
                send(dead, topic, id);
                sent.merge(topic, 1L, Long::sum);
                reasons.merge(why.replaceAll("\\d+", "#"), 1L, Long::sum);
            }
        }

        private void send(ConsumerRecord<byte[], byte[]> dead, String topic, String id) {
            if (producer == null) {
                return;
            }
            if (open == 0) {
                producer.beginTransaction();
            }
            ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(topic, key(dead, topic), dead.value());
            for (Header header : dead.headers()) {
                if (!OURS.contains(header.key())) {
                    again.headers().add(header);
                }
            }
            again.headers().add(DeadLetterHeaders.REPLAY_OF, utf8(id));
            ProducerRecord<byte[], byte[]> mark =
                    new ProducerRecord<>(Topics.DEAD_LETTER, dead.partition(), dead.key(), null);
            mark.headers().add(DeadLetterHeaders.REPLAYED, utf8(id));
            var unused = producer.send(again);
            var unusedToo = producer.send(mark);
            if (++open == BATCH) {
                commit();
            }
        }

        /** A transaction is short: what is written behind it is not read before its end. */
        void commit() {
            if (producer != null && open > 0) {
                producer.commitTransaction();
                open = 0;
            }
        }

        /** The detection job names its dead letters after where they came from; the records it reads need no key. */
        private static byte @Nullable [] key(ConsumerRecord<byte[], byte[]> dead, String topic) {
            boolean named = dead.key() == null
                    || dead.key().length == 0
                    || new String(dead.key(), StandardCharsets.UTF_8)
                            .equals(topic
                                    + '/'
                                    + text(dead.headers(), DeadLetterHeaders.PARTITION)
                                    + '/'
                                    + text(dead.headers(), DeadLetterHeaders.OFFSET));
            return named ? null : dead.key();
        }

        Outcome outcome() {
            return new Outcome(
                    Collections.unmodifiableMap(sent), Collections.unmodifiableMap(reasons), before, cut, homeless);
        }

        /** A transaction that could not be committed is aborted. */
        @Override
        public void close() {
            if (producer != null) {
                producer.close();
            }
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
