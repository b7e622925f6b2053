package io.evenkeel.detection.flink;

import io.evenkeel.detection.Catalogue;
import io.evenkeel.detection.EntityBook;
import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.MetricDoubt;
import io.evenkeel.detection.PointCounts;
import io.evenkeel.detection.SlotRed;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The parts of the detection job put together as a bench needs them: the whole job with memory in place of Kafka, and the
 * same kernels called by a plain loop. In the job's own package, because its parts are nobody else's business.
 */
@SuppressWarnings("deprecation") // the old source interface is a loop, which is all that is wanted here
public final class DetectionParts {
    private DetectionParts() {}

    /** Takes what the job writes. */
    public interface Events {
        void event(String topic, String key, byte[] value);
    }

    /** The one who takes the events of the job of this process: a sink cannot carry him through Flink's serialization. */
    private static volatile Events events = (topic, key, value) -> {};

    /**
     * Adds the detection job, fed with OTLP metrics requests from memory and writing to memory.
     *
     * @param requests gives requests; parallel
     * @param catalogued metric names, globs
     * @param taker takes events, by several threads
     */
    public static void build(
            StreamExecutionEnvironment environment,
            RichParallelSourceFunction<byte[]> requests,
            List<String> catalogued,
            Events taker) {
        events = taker;
        DetectionJob.configure(environment);
        TypeInformation<Decoded> decoded = new PackedTypeInformation<>(PackedFormats.DECODED);
        DataStream<Decoded> metrics = environment
                .addSource(requests, "otlp metrics", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
                .process(new Walk(), decoded)
                .name("walk");
        byte[] config = EventJson.write(new CatalogueConfig("bench", List.of(), catalogued));
        BroadcastStream<Tuple2<String, byte[]>> catalogue = environment
                .addSource(
                        new Few<>(List.of(Tuple2.of(Topics.CONFIG_CATALOGUE, config))),
                        "configuration",
                        Types.TUPLE(Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO))
                .setParallelism(1)
                .broadcast(CatalogueView.CONFIG, PriorView.PRIORS);
        DetectionJob.operators(
                        metrics,
                        environment.addSource(new Few<>(List.of()), "otlp spans", decoded),
                        environment.addSource(new Few<>(List.of()), "otlp logs", decoded),
                        catalogue,
                        System.currentTimeMillis())
                .sinkTo(new Taken())
                .name("events");
    }

    /** What a source subtask does with a record, without the source. */
    private static final class Walk extends ProcessFunction<byte[], Decoded> {
        private static final long serialVersionUID = 1L;

        private final OtlpRecords records = new OtlpRecords(OtlpSignal.METRICS, SecretMask.standard());

        @Override
        public void open(OpenContext context) {
            records.open(new Opening(getRuntimeContext().getMetricGroup()));
        }

        @Override
        public void processElement(byte[] request, Context context, Collector<Decoded> out) {
            records.deserialize(new ConsumerRecord<>(Topics.METRICS, 0, 0, null, request), out);
        }
    }

    private record Opening(MetricGroup group) implements DeserializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return group;
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(DetectionParts.class.getClassLoader());
        }
    }

    /** Gives a few records, or none, and then stays, as a topic does. */
    private static final class Few<T> extends RichParallelSourceFunction<T> {
        private static final long serialVersionUID = 1L;

        private final List<T> records;
        private volatile boolean isCancelled;

        Few(List<T> records) {
            this.records = records;
        }

        @Override
        public void run(SourceContext<T> context) throws InterruptedException {
            records.forEach(context::collect);
            while (!isCancelled) {
                Thread.sleep(100);
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }
    }

    private static final class Taken implements Sink<Outgoing> {
        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<Outgoing> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(Outgoing event, Context context) {
                    events.event(event.topic(), event.key(), event.value());
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }

    /** The kernels of the job's metrics path, called one after the other: bytes in, events out. For one thread. */
    public static final class Loop {
        private final OtlpRecords records = new OtlpRecords(OtlpSignal.METRICS, SecretMask.standard());
        private final Map<String, EntityBook> books = new HashMap<>();
        private final PointCounts counts = new PointCounts();
        private final Catalogue catalogue;
        private final long epoch = System.currentTimeMillis();
        private final Output output;
        private final Collector<Decoded> rows = new Collector<>() {
            @Override
            public void collect(Decoded decoded) {
                accept(Objects.requireNonNull(decoded.metrics()));
            }

            @Override
            public void close() {}
        };

        private long now;

        public Loop(List<String> catalogued, Events taker) {
            catalogue = Catalogue.of(catalogued, List.of());
            output = new Output(taker);
            records.open(new Opening(new UnregisteredMetricsGroup()));
        }

        public void take(byte[] request) {
            now = System.currentTimeMillis();
            records.deserialize(new ConsumerRecord<>(Topics.METRICS, 0, 0, null, request), rows);
        }

        private void accept(EntityRows entity) {
            String key = entity.service + '\n' + entity.owner;
            EntityBook book = books.get(key);
            if (book == null) {
                book = new EntityBook(entity.service, entity.owner);
                books.put(key, book);
            }
            book.epoch(epoch);
            book.accept(entity, now, catalogue, counts, output);
        }

        /** What the job's timers do, once a second for every entity. */
        public void tick() {
            now = System.currentTimeMillis();
            books.values().forEach(book -> book.tick(now, catalogue, output));
        }

        public PointCounts counts() {
            return counts;
        }

        private final class Output implements EntityBook.Output {
            private final Events taker;

            Output(Events taker) {
                this.taker = taker;
            }

            @Override
            public void finding(Finding finding) {
                give(Outgoing.of(finding));
            }

            @Override
            public void rollup(Rollup rollup) {
                give(Outgoing.of(rollup, now));
            }

            @Override
            public void red(SlotRed red) {
                throw new IllegalStateException("this load has no requests");
            }

            @Override
            public void heartbeat(Heartbeat heartbeat) {}

            @Override
            public void doubt(MetricDoubt doubt) {}

            private void give(Outgoing event) {
                taker.event(event.topic(), event.key(), event.value());
            }
        }
    }
}
