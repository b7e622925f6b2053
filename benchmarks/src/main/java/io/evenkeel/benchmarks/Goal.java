package io.evenkeel.benchmarks;

import static io.evenkeel.benchmarks.Measure.atLeast;
import static io.evenkeel.benchmarks.Measure.atMost;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the way from bytes to judged points must reach, and who measures it: the one table of performance goals. */
enum Goal {
    P1(
            "decode + series id, against generated classes + the same id",
            DecodeBench.class,
            Room.heapMb(1024),
            atLeast("metrics", "x", 5, 8),
            atLeast("histograms", "x", 5, 6),
            atLeast("spans", "x", 5, 6)),
    P2(
            "whole Flink job, bytes to detection, against the same kernels in a plain loop",
            FrameworkBench.class,
            Room.heapMb(256),
            atMost("cost", "x", 1.5, 1.15)),
    P2B(
            "whole Flink job, decode included, against a bare keyed pass-through of points without",
            FrameworkBench.class,
            Room.heapMb(256),
            atMost("cost", "x", 3, 2)),
    P3(
            "detector, against random cut forests; 1,000 series in turn",
            DetectorBench.class,
            Room.heapMb(6144),
            atLeast("time, default settings", "x", 300, 1000),
            atLeast("bytes, default settings", "x", 100, 500),
            atLeast("time, OpenSearch's settings", "x", 300, 1000),
            atLeast("bytes, OpenSearch's settings", "x", 100, 500)),
    P4(
            "topic (OTLP, lz4) to finding in topic, broker and generator beside it",
            TopicToAlertBench.class,
            Room.heapMb(3072).quiet(),
            atLeast("judged", "points/s", 1.5e6, 2.5e6)),
    P4B(
            "the same, against an ordinary Flink job",
            TopicToAlertBench.class,
            Room.heapMb(3072),
            atLeast("rate", "x", 3, 4)),
    P5(
            "deciding point in Kafka to finding readable, half of P4's rate, p99",
            TopicToAlertBench.class,
            Room.heapMb(3072).quiet(),
            atMost("p99", "ms", 1000, 250)),
    P6(
            "memory of a series, index included",
            MemoryBench.class,
            Room.heapMb(4096),
            atMost("full tier, heap", "B", 4096, 1536),
            atMost("compact tier, heap", "B", 256, 150),
            atMost("full tier, checkpoint", "B", 4096, 1536),
            atMost("compact tier, checkpoint", "B", 256, 150)),
    P7(
            "growth from 100,000 to 1,000,000 series at one rate",
            GrowthBench.class,
            Room.heapMb(8192),
            atMost("time of a point", "x", 1.5, 1.25),
            atMost("heap of a series", "x", 1.1, 1.05)),
    P10(
            "checkpoint each second, against none; 1,000,000 series of the full tier; rate",
            CheckpointBench.class,
            Room.heapMb(256),
            atLeast("rate", "x", 0.85, 0.95)),
    P11(
            "new series, late points and shuffled attributes, against none; rate",
            ChurnBench.class,
            Room.heapMb(256),
            atLeast("rate", "x", 0.9, 0.97)),
    P13(
            "OTLP request to Kafka acknowledgement, per core of the receiving process",
            DoorBench.class,
            Room.heapMb(1024).quiet(),
            atLeast("acknowledged", "points/s", 400_000, 1e6));

    /**
     * How a goal's process is run.
     *
     * @param heapMb its heap, from the start and at most
     * @param isQuiet an absolute figure, which a busy machine would spoil; the others are ratios of two sides
     */
    record Room(int heapMb, boolean isQuiet) {
        static Room heapMb(int megabytes) {
            return new Room(megabytes, false);
        }

        Room quiet() {
            return new Room(heapMb, true);
        }
    }

    final String title;
    final Room room;
    final List<Measure> measures;
    private final Class<?> bench;

    Goal(String title, Class<?> bench, Room room, Measure... measures) {
        this.title = title;
        this.bench = bench;
        this.room = room;
        this.measures = List.of(measures);
    }

    /** As the table of goals writes it, for example {@code P2b}. */
    String id() {
        return name().replace('B', 'b');
    }

    /** Class with the main that measures it. */
    Class<?> bench() {
        return bench;
    }

    static Optional<Goal> of(String id) {
        return Arrays.stream(values())
                .filter(goal -> goal.name().equalsIgnoreCase(id))
                .findFirst();
    }
}
