package io.evenkeel.detection.flink;

import io.evenkeel.detection.Heartbeat;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The detection job: metrics, spans and logs in, findings, rollups, call graph, changes and dead letters out. It only builds
 * the graph; who runs it sets checkpointing and parallelism.
 */
public final class DetectionJob {
    /** Number of key groups: parallelism may grow to this without losing state. */
    public static final int MAX_PARALLELISM = 128;

    private static final long BUFFER_TIMEOUT_MILLIS = 10;
    /** A third of the lateness that is tolerated. */
    private static final Duration DRIFT = Duration.ofSeconds(20);

    /**
     * Records unpacked at a time, each up to 900 kB: Kafka's 500 would be 450 MB, several times over in the queues between
     * fetcher and task, and long gone from the processor's caches when they are read.
     */
    private static final String MOST_POLLED = "16";

    private static final Duration UPDATE = Duration.ofMillis(500);

    private DetectionJob() {}

    /** Adds the job's operators to an environment. Every operator has a uid; no type falls back to Kryo. */
    public static void build(StreamExecutionEnvironment environment, DetectionOptions options) {
        configure(environment);
        operators(
                        source(environment, options, OtlpSignal.METRICS),
                        source(environment, options, OtlpSignal.SPANS),
                        source(environment, options, OtlpSignal.LOGS),
                        config(environment, options)
                                .union(priors(environment, options))
                                .broadcast(CatalogueView.CONFIG, PriorView.PRIORS),
                        options.jobEpoch())
                .sinkTo(sink(options))
                .name("events")
                .uid("events-sink");
    }

    static void configure(StreamExecutionEnvironment environment) {
        environment.setMaxParallelism(MAX_PARALLELISM);
        environment.setBufferTimeout(BUFFER_TIMEOUT_MILLIS);
        environment.getConfig().enableObjectReuse();
        environment.configure(
                new org.apache.flink.configuration.Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    }

    /** What stands between the topics: from records read to events written, wherever both are kept. */
    static DataStream<Outgoing> operators(
            DataStream<Decoded> otlpMetrics,
            DataStream<Decoded> otlpSpans,
            DataStream<Decoded> otlpLogs,
            BroadcastStream<Tuple2<String, byte[]>> config,
            long jobEpoch) {
        SingleOutputStreamOperator<EntityRows> metrics = otlpMetrics
                .process(new SplitMetrics())
                .returns(new PackedTypeInformation<>(PackedFormats.ENTITY_ROWS))
                .name("metric rows")
                .uid("metrics-split");
        SingleOutputStreamOperator<ServiceInput> spans = otlpSpans
                .process(new SplitSpans())
                .returns(new PackedTypeInformation<>(PackedFormats.SERVICE_INPUT))
                .name("span sums")
                .uid("spans-split");
        SingleOutputStreamOperator<ServiceInput> logs = otlpLogs.process(new SplitLogs())
                .returns(new PackedTypeInformation<>(PackedFormats.SERVICE_INPUT))
                .name("log counts")
                .uid("logs-split");
        SingleOutputStreamOperator<ServiceInput> entities = metrics.keyBy(
                        rows -> rows.service + '\n' + rows.owner, Types.STRING)
                .connect(config)
                .process(new EntityFunction(jobEpoch), new PackedTypeInformation<>(PackedFormats.SERVICE_INPUT))
                .name("entities")
                .uid("entities");
        DataStream<ServiceInput> peers = spans.getSideOutput(Outputs.LINKS)
                .keyBy(end -> end.link().span(), Types.LONG)
                .process(new LinkFunction(), new PackedTypeInformation<>(PackedFormats.SERVICE_INPUT))
                .name("call ends")
                .uid("links");
        SingleOutputStreamOperator<Outgoing> services = entities.union(spans, peers, logs)
                .keyBy(ServiceInput::service, Types.STRING)
                .connect(config)
                .process(new ServiceFunction(jobEpoch), new PackedTypeInformation<>(PackedFormats.OUTGOING))
                .name("services")
                .uid("services");
        DataStream<Heartbeat> heartbeats =
                entities.getSideOutput(Outputs.HEARTBEATS).union(spans.getSideOutput(Outputs.HEARTBEATS));
        SingleOutputStreamOperator<Outgoing> presence = heartbeats
                .keyBy(heartbeat -> 0, Types.INT)
                .process(new PresenceFunction(jobEpoch), new PackedTypeInformation<>(PackedFormats.OUTGOING))
                .name("presence")
                .uid("presence")
                .setParallelism(1);
        return services.union(
                presence,
                entities.getSideOutput(Outputs.EVENTS),
                metrics.getSideOutput(Outputs.EVENTS),
                spans.getSideOutput(Outputs.EVENTS),
                logs.getSideOutput(Outputs.EVENTS));
    }

    private static DataStream<Decoded> source(
            StreamExecutionEnvironment environment, DetectionOptions options, OtlpSignal signal) {
        String name = signal.name().toLowerCase(Locale.ROOT);
        return environment
                .fromSource(otlp(options, signal), pace(), "otlp " + name)
                .uid(name + "-source");
    }

    /**
     * Keeps the partitions together while a backlog is read: one that is ahead by more than the drift (in the broker's
     * record time) waits for the others, so that a process whose requests lie in several partitions is not read minutes
     * out of order, which would make its points late. Watermarks do nothing else here; no bin is judged by them. A
     * record time in the future, of a producer whose clock is ahead, counts as now: its partition would otherwise wait
     * until the others had caught up with that clock.
     */
    private static WatermarkStrategy<Decoded> pace() {
        return WatermarkStrategy.forGenerator(new BacklogPace())
                .withTimestampAssigner((record, broughtAt) ->
                        Math.min(broughtAt, InstantSource.system().millis()))
                .withWatermarkAlignment("otlp", DRIFT, UPDATE);
    }

    private static DataStream<Tuple2<String, byte[]>> config(
            StreamExecutionEnvironment environment, DetectionOptions options) {
        return environment
                .fromSource(byKey(options, Topics.CONFIG, "-config"), WatermarkStrategy.noWatermarks(), "configuration")
                .setParallelism(1)
                .uid("config-source");
    }

    private static DataStream<Tuple2<String, byte[]>> priors(
            StreamExecutionEnvironment environment, DetectionOptions options) {
        return environment
                .fromSource(byKey(options, Topics.PRIORS, "-priors"), WatermarkStrategy.noWatermarks(), "priors")
                .setParallelism(1)
                .uid("priors-source");
    }

    private static KafkaSource<Tuple2<String, byte[]>> byKey(DetectionOptions options, String topic, String reader) {
        return KafkaSource.<Tuple2<String, byte[]>>builder()
                .setBootstrapServers(options.kafkaBootstrap())
                .setTopics(topic)
                .setGroupId(options.groupId() + reader)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new KeyedRecords())
                .setProperties(reading(options))
                .build();
    }

    private static KafkaSource<Decoded> otlp(DetectionOptions options, OtlpSignal signal) {
        Properties properties = reading(options);
        properties.putIfAbsent("max.poll.records", MOST_POLLED);
        return KafkaSource.<Decoded>builder()
                .setBootstrapServers(options.kafkaBootstrap())
                .setTopics(signal.topic())
                .setGroupId(options.groupId())
                .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setDeserializer(new OtlpRecords(signal, options.mask()))
                .setProperties(properties)
                .setClientIdPrefix(options.groupId() + "-" + signal.topic())
                .build();
    }

    private static KafkaSink<Outgoing> sink(DetectionOptions options) {
        Properties properties = properties(options);
        properties.putIfAbsent("compression.type", "lz4");
        properties.putIfAbsent("linger.ms", "5");
        return KafkaSink.<Outgoing>builder()
                .setBootstrapServers(options.kafkaBootstrap())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new OutgoingRecords())
                .setKafkaProducerConfig(properties)
                .build();
    }

    /** Dead letters come back in transactions; the copies of one that was aborted come back once more. */
    private static Properties reading(DetectionOptions options) {
        Properties properties = properties(options);
        properties.put("isolation.level", "read_committed");
        return properties;
    }

    private static Properties properties(DetectionOptions options) {
        Properties properties = new Properties();
        properties.putAll(options.kafkaProperties());
        return properties;
    }
}
