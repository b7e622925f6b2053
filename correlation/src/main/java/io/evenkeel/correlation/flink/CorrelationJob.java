package io.evenkeel.correlation.flink;

import io.evenkeel.wire.event.Topics;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Findings to incidents: reads findings, topology, changes, its own past incidents, the catalogue and feedback; writes
 * incidents, at least once. The caller sets checkpointing and submits. One slot is plenty: thousands of findings a second.
 */
public final class CorrelationJob {
    private CorrelationJob() {}

    /** Adds the job to an environment. Parallelism is 1 throughout; every operator carries a uid for its state. */
    public static void build(StreamExecutionEnvironment env, CorrelationOptions options) {
        SingleOutputStreamOperator<EnvironmentEvent> findings = read(env, options, Topics.FINDINGS);
        SingleOutputStreamOperator<EnvironmentEvent> topology = read(env, options, Topics.TOPOLOGY);
        SingleOutputStreamOperator<EnvironmentEvent> changes = read(env, options, Topics.CHANGES);
        SingleOutputStreamOperator<EnvironmentEvent> incidents = read(env, options, Topics.INCIDENTS);
        SingleOutputStreamOperator<EnvironmentEvent> config = read(env, options, Topics.CONFIG);
        SingleOutputStreamOperator<EnvironmentEvent> feedback = read(env, options, Topics.FEEDBACK);

        SingleOutputStreamOperator<SentIncident> correlated =
                correlate(findings.union(topology, changes, incidents), config.union(feedback), options.jobEpoch());
        correlated
                .sinkTo(sink(options, new KafkaRecords.Incidents()))
                .name("incidents to Kafka")
                .uid("correlation-incidents-sink")
                .setParallelism(1);

        refused(findings)
                .union(refused(topology), refused(changes), refused(incidents), refused(config), refused(feedback))
                .union(correlated.getSideOutput(CorrelationFunction.REFUSED))
                .sinkTo(sink(options, new KafkaRecords.DeadLetters()))
                .name("refused events to Kafka")
                .uid("correlation-deadletter-sink")
                .setParallelism(1);
    }

    /** The part without Kafka. */
    static SingleOutputStreamOperator<SentIncident> correlate(
            DataStream<EnvironmentEvent> ofEnvironments, DataStream<EnvironmentEvent> ofAll, long epoch) {
        BroadcastStream<EnvironmentEvent> broadcast = ofAll.broadcast(CorrelationFunction.CATALOGUE);
        return ofEnvironments
                .keyBy(EnvironmentEvent::environment)
                .connect(broadcast)
                .process(new CorrelationFunction(epoch))
                .name("correlate")
                .uid("correlation-correlate")
                .setParallelism(1);
    }

    private static SingleOutputStreamOperator<EnvironmentEvent> read(
            StreamExecutionEnvironment env, CorrelationOptions options, String topic) {
        String name = topic.substring(topic.lastIndexOf('.') + 1);
        // Findings go on where the group stopped; what is a table (topology, catalogue) or idempotent is read from its
        // start.
        OffsetsInitializer start = topic.equals(Topics.FINDINGS)
                ? OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST)
                : OffsetsInitializer.earliest();
        KafkaSource<RawEvent> source = KafkaSource.<RawEvent>builder()
                .setBootstrapServers(options.kafkaBootstrap())
                .setGroupId(options.consumerGroup())
                .setClientIdPrefix("evenkeel-correlation-" + name)
                .setTopics(topic)
                .setStartingOffsets(start)
                .setDeserializer(new KafkaRecords.Reading())
                // an incident must not wait for a fetch to fill up
                .setProperty("fetch.max.wait.ms", "100")
                // dead letters come back in transactions; the copies of one that was aborted come back once more
                .setProperty("isolation.level", "read_committed")
                .build();
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), name + " from Kafka")
                .uid("correlation-" + name + "-source")
                .setParallelism(1)
                .process(new ReadEvents())
                .name("read " + name)
                .uid("correlation-" + name + "-read")
                .setParallelism(1);
    }

    private static DataStream<RawEvent> refused(SingleOutputStreamOperator<EnvironmentEvent> read) {
        return read.getSideOutput(ReadEvents.REFUSED);
    }

    private static <T> KafkaSink<T> sink(CorrelationOptions options, KafkaRecordSerializationSchema<T> schema) {
        return KafkaSink.<T>builder()
                .setBootstrapServers(options.kafkaBootstrap())
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setProperty("acks", "all")
                .setProperty("linger.ms", "0")
                .build();
    }
}
