package io.evenkeel.remediation.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer thread. Offsets are committed only after the batch is in the database; while the database is away the
 * same batch is tried again (the consumer stays in its group by polling paused partitions), so that nothing is lost and
 * what is read twice is stored once. A consumer that dies is replaced by a new one. While it is held it reads nothing.
 */
final class IntakeLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeLoop.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final String name;
    private final Map<String, Intake<?>> intakes;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final KafkaEvents events;
    private final BooleanSupplier held;
    private volatile boolean stopping;
    private volatile @Nullable Consumer<byte[], byte[]> current;

    IntakeLoop(
            String name,
            Map<String, Intake<?>> intakes,
            Supplier<Consumer<byte[], byte[]>> consumers,
            KafkaEvents events,
            BooleanSupplier held) {
        this.name = name;
        this.intakes = Map.copyOf(intakes);
        this.consumers = consumers;
        this.events = events;
        this.held = held;
    }

    void stop() {
        stopping = true;
        Consumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void run() {
        Duration pause = FIRST_PAUSE;
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                current = consumer;
                consumer.subscribe(intakes.keySet(), new HoldNewPartitions(consumer));
                boolean wasHeld = false;
                while (!stopping) {
                    wasHeld = hold(wasHeld, consumer);
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    if (!records.isEmpty()) {
                        store(byTopic(records), consumer);
                        commit(consumer);
                    }
                    pause = FIRST_PAUSE;
                }
            } catch (WakeupException | InterruptException e) {
                if (!stopping) {
                    LOG.warn("intake={} was woken without being stopped; starts anew", name, e);
                }
            } catch (RuntimeException e) {
                LOG.error(
                        "intake={} consumer failed; a new one starts in {} ms, from the last commit",
                        name,
                        pause.toMillis(),
                        e);
                pause = sleep(pause);
            } finally {
                current = null;
            }
        }
    }

    /** A poll may hand out records of partitions that it has just been given. */
    private final class HoldNewPartitions implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        private HoldNewPartitions(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (held.getAsBoolean()) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // nothing is open between batches
        }
    }

    /** Held, the consumer stays in its group and what it would read stays in Kafka, for as long as that keeps it. */
    private boolean hold(boolean wasHeld, Consumer<byte[], byte[]> consumer) {
        boolean hold = held.getAsBoolean();
        if (hold) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
        if (hold != wasHeld) {
            LOG.warn(
                    "intake={} {}",
                    name,
                    hold ? "pauses: the disk is nearly full" : "goes on: the disk has room again");
        }
        return hold;
    }

    /** Another member of the group may have got the partitions meanwhile; it then reads the batch again. */
    private void commit(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.commitSync();
        } catch (RebalanceInProgressException | org.apache.kafka.clients.consumer.CommitFailedException e) {
            LOG.warn("intake={} offsets not committed, the batch will be read again: {}", name, e.getMessage());
        }
    }

    private void store(Map<String, List<ConsumerRecord<byte[], byte[]>>> batch, Consumer<byte[], byte[]> consumer) {
        Duration pause = FIRST_PAUSE;
        boolean paused = false;
        for (Map.Entry<String, List<ConsumerRecord<byte[], byte[]>>> entry : batch.entrySet()) {
            Intake<?> intake = intakes.get(entry.getKey());
            boolean stored = intake == null;
            while (!stored && intake != null) {
                try {
                    intake.take(entry.getValue(), events);
                    stored = true;
                } catch (KafkaException e) {
                    throw e;
                } catch (RuntimeException e) {
                    if (stopping) {
                        throw new WakeupException();
                    }
                    LOG.error(
                            "intake={} topic={} records={} could not be stored, trying again in {} ms; nothing is lost while this lasts: {}",
                            name,
                            entry.getKey(),
                            entry.getValue().size(),
                            pause.toMillis(),
                            reason(e));
                    LOG.debug("intake={} failed", name, e);
                    consumer.pause(consumer.assignment());
                    paused = true;
                    if (!consumer.poll(pause).isEmpty()) {
                        // A rebalance gave us partitions that are not paused: start anew from the last commit
                        // rather than commit past records that nobody stored.
                        throw new KafkaException("partitions changed while a batch was waiting for the database");
                    }
                    pause = longer(pause);
                }
            }
        }
        if (paused) {
            LOG.info("intake={} stores again", name);
            consumer.resume(consumer.assignment());
        }
    }

    private static String reason(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private static Map<String, List<ConsumerRecord<byte[], byte[]>>> byTopic(ConsumerRecords<byte[], byte[]> records) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> byTopic = new LinkedHashMap<>();
        records.forEach(record -> byTopic.computeIfAbsent(record.topic(), topic -> new ArrayList<>())
                .add(record));
        return byTopic;
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private Duration sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
        return longer(pause);
    }
}
