package io.evenkeel.benchmarks;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The same task as most would write it: generated classes, a POJO per point with Flink's own serializer, keyed by the
 * series' id, a POJO in a ValueState on the heap, object reuse on. It only differences totals, follows an average and a
 * variance, and notes five strange points of six: far less than our job does, in its favour.
 */
final class OrdinaryTwin {
    /** Its own topics: both jobs live beside one broker at the same time. */
    static final String POINTS = "bench.twin.metrics";

    static final String FINDINGS = "bench.twin.findings";
    static final String GROUP = "twin";
    private static final int MASK = 0b111111;
    private static final int NEED = 5;
    private static final double SCORE = 8;
    private static final double STEP = 0.01;
    private static final int YOUNG = 30;

    private OrdinaryTwin() {}

    /** One point. */
    public static class Point {
        public long series;
        public long timeMillis;
        public double value;
        public long count;
        public boolean total;
    }

    /** What is known of one series. */
    public static class Known {
        public long lastTime;
        public double lastValue;
        public long lastCount;
        public double mean;
        public double variance;
        public int steps;
        public int strange;
        public boolean open;
    }

    static void build(StreamExecutionEnvironment environment, String bootstrap) {
        environment.getConfig().enableObjectReuse();
        environment.setMaxParallelism(128);
        environment.setBufferTimeout(10);
        Properties few = new Properties();
        few.put("max.poll.records", "16");
        KafkaSource<Point> source = KafkaSource.<Point>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(POINTS)
                .setGroupId(GROUP)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new Points())
                .setProperties(few)
                .build();
        KafkaSink<String> sink = KafkaSink.<String>builder()
                .setBootstrapServers(bootstrap)
                .setRecordSerializer(KafkaRecordSerializationSchema.builder()
                        .setTopic(FINDINGS)
                        .setValueSerializationSchema(new SimpleStringSchema())
                        .build())
                .build();
        environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "points")
                .keyBy(point -> point.series, Types.LONG)
                .process(new Judge())
                .sinkTo(sink);
    }

    private static final class Points implements KafkaRecordDeserializationSchema<Point> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Point> out) throws IOException {
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(record.value());
            for (ResourceMetrics resource : request.getResourceMetricsList()) {
                long resourceId = id(resource.getResource().getAttributesList());
                for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                    for (Metric metric : scope.getMetricsList()) {
                        points(resourceId * 31 + metric.getName().hashCode(), metric, out);
                    }
                }
            }
        }

        private static void points(long metricId, Metric metric, Collector<Point> out) {
            boolean sum = metric.hasSum();
            List<NumberDataPoint> numbers = sum
                    ? metric.getSum().getDataPointsList()
                    : metric.getGauge().getDataPointsList();
            for (NumberDataPoint number : numbers) {
                Point point = new Point();
                point.series = metricId * 31 + id(number.getAttributesList());
                point.timeMillis = number.getTimeUnixNano() / 1_000_000;
                point.value = number.hasAsInt() ? number.getAsInt() : number.getAsDouble();
                point.total = sum;
                out.collect(point);
            }
            for (HistogramDataPoint histogram : metric.getHistogram().getDataPointsList()) {
                Point point = new Point();
                point.series = metricId * 31 + id(histogram.getAttributesList());
                point.timeMillis = histogram.getTimeUnixNano() / 1_000_000;
                point.value = histogram.getSum();
                point.count = histogram.getCount();
                point.total = true;
                out.collect(point);
            }
        }

        /** Independent of the order in which the attributes were sent. */
        private static long id(List<KeyValue> attributes) {
            TreeMap<String, String> sorted = new TreeMap<>();
            for (KeyValue attribute : attributes) {
                sorted.put(attribute.getKey(), attribute.getValue().getStringValue());
            }
            byte[] text = sorted.toString().getBytes(StandardCharsets.UTF_8);
            return com.dynatrace.hash4j.hashing.Hashing.xxh3_64().hashBytesToLong(text);
        }

        @Override
        public TypeInformation<Point> getProducedType() {
            return Types.POJO(Point.class);
        }
    }

    private static final class Judge extends KeyedProcessFunction<Long, Point, String> {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Known> state;
        private transient long accepted;
        private transient long duplicates;
        private transient long judged;

        @Override
        public void open(OpenContext context) {
            state = getRuntimeContext().getState(new ValueStateDescriptor<>("known", Types.POJO(Known.class)));
            var group = getRuntimeContext().getMetricGroup().addGroup("evenkeel");
            var points = group.addGroup("signal", "metrics");
            points.addGroup("outcome", "judged").gauge("items", () -> accepted);
            points.addGroup("outcome", "duplicate").gauge("items", () -> duplicates);
            group.gauge("judgedSteps", () -> judged);
        }

        @Override
        public void processElement(Point point, Context context, Collector<String> out) throws Exception {
            Known known = state.value();
            if (known == null) {
                known = new Known();
            }
            if (point.timeMillis == known.lastTime) {
                duplicates++;
                return;
            }
            accepted++;
            if (point.timeMillis < known.lastTime) {
                return;
            }
            double value = point.value;
            if (point.total) {
                double seconds = (point.timeMillis - known.lastTime) / 1000.0;
                double increment = value - known.lastValue;
                long more = point.count - known.lastCount;
                value = point.count > 0 ? increment / Math.max(1, more) : increment / seconds;
            }
            boolean first = known.lastTime == 0;
            known.lastTime = point.timeMillis;
            known.lastValue = point.value;
            known.lastCount = point.count;
            if (!first || !point.total) {
                judge(known, value, context.getCurrentKey(), out);
            }
            state.update(known);
        }

        private void judge(Known known, double value, long series, Collector<String> out) {
            judged++;
            double error = value - known.mean;
            boolean isStrange = known.steps > YOUNG
                    && Math.abs(error) > Math.max(SCORE * Math.sqrt(known.variance), Math.abs(known.mean) / 2);
            known.strange = (known.strange << 1 | (isStrange ? 1 : 0)) & MASK;
            boolean opens = Integer.bitCount(known.strange) >= NEED;
            if (opens != known.open) {
                known.open = opens;
                out.collect(series + " " + opens);
            }
            if (!isStrange) {
                double step = Math.max(STEP, 1.0 / ++known.steps);
                known.mean += step * error;
                known.variance += step * (error * error - known.variance);
            }
        }
    }
}
