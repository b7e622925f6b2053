package io.evenkeel.benchmarks;

import io.evenkeel.wire.event.Topics;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a {@link MetricLoad} to Kafka in a process of its own, so that its CPU is told apart: as fast as it can but never
 * more than {@code --ahead} points before the job, whose count it is told on its standard input; or, once the warm ticks
 * have been read, by the clock at {@code --rate} points a second, whether anybody keeps up or not. Ends with the plan, or after the tick in which it reads
 * {@code stop}; then it writes its table to {@code --table}.
 */
public final class GeneratorProcess {
    static final int PARTITIONS = 4;

    private GeneratorProcess() {}

    public static void main(String[] words) throws Exception {
        Arguments arguments = Arguments.of(words);
        LoadPlan plan = LoadPlan.of(arguments);
        MetricLoad load = plan.load();
        long ahead = Long.parseLong(arguments.text("--ahead", "2000000"));
        int rate = arguments.number("--rate", 0);
        String topic = arguments.text("--topic", Topics.METRICS);
        AtomicLong received = new AtomicLong();
        AtomicBoolean isStopped = new AtomicBoolean();
        Thread listener = new Thread(() -> listen(received, isStopped));
        listener.setDaemon(true);
        listener.start();
        System.out.println("ready");
        int requests = load.requests(0);
        long[] dueAt = new long[plan.ticks() * requests];
        long from = System.nanoTime();
        int tick = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer(arguments.text("--bootstrap", ""))) {
            for (; tick < plan.ticks() && !isStopped.get(); tick++) {
                for (int request = 0; request < load.requests(tick); request++) {
                    boolean isTimed = rate > 0 && tick >= plan.warmTicks();
                    boolean isFirst = isTimed && tick == plan.warmTicks() && request == 0;
                    // By the clock means whether anybody keeps up or not; but not with the warm ticks still to be read.
                    long most = isFirst ? 0 : isTimed ? Long.MAX_VALUE : ahead;
                    while (load.sent - received.get() > most) {
                        LockSupport.parkNanos(500_000);
                    }
                    long due = System.nanoTime();
                    if (isTimed) {
                        if (isFirst) {
                            from = due - nanos(load.sent, rate);
                        }
                        due = from + nanos(load.sent, rate);
                        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                            LockSupport.parkNanos(wait);
                        }
                    }
                    dueAt[tick * requests + request] = due;
                    byte[] bytes = load.request(request, tick, plan.timeMillis(tick));
                    // an entity's sparse series beside its others, or it would have two clocks
                    int partition = request % load.requests(1) % PARTITIONS;
                    producer.send(new ProducerRecord<>(topic, partition, null, bytes));
                    if (load.isRepeated(request)) {
                        producer.send(new ProducerRecord<>(topic, partition, null, bytes));
                    }
                }
            }
        }
        write(load, dueAt, Path.of(arguments.text("--table", "")));
        System.out.println("sent " + load.sent + " " + load.repeated + " " + tick);
    }

    private static long nanos(long points, int rate) {
        return (long) (points * (double) TimeUnit.SECONDS.toNanos(1) / rate);
    }

    private static void listen(AtomicLong received, AtomicBoolean isStopped) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("stop")) {
                    isStopped.set(true);
                } else {
                    received.set(Long.parseLong(line));
                }
            }
        } catch (IOException closed) {
            throw new java.io.UncheckedIOException(closed);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "acks", "all",
                        "compression.type", "lz4",
                        "batch.size", "600000",
                        "linger.ms", "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void write(MetricLoad load, long[] dueAt, Path file) throws IOException {
        try (OutputStream raw = Files.newOutputStream(file);
                DataOutputStream out = new DataOutputStream(new java.io.BufferedOutputStream(raw))) {
            out.writeLong(load.sent);
            out.writeLong(load.repeated);
            out.writeInt(load.points.length);
            for (int series = 0; series < load.points.length; series++) {
                out.writeUTF(load.name(series));
                out.writeInt(load.points[series]);
                out.writeLong(load.lastTime[series]);
                out.writeDouble(load.lastValue[series]);
            }
            out.writeInt(dueAt.length);
            for (long due : dueAt) {
                out.writeLong(due);
            }
        }
    }
}
