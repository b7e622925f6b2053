package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes are, a walk answers: it refuses the record with a reason, or its rows are those of protobuf's own
 * parser over the fields that a walk reads. Ten thousand damaged requests a run; the seed is printed by a failure.
 */
class HostileBytesTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    private static final Descriptor METRICS = new PrunedSchema(
                    Map.of(
                            "ResourceMetrics", List.of("schema_url"),
                            "ScopeMetrics", List.of("schema_url"),
                            "InstrumentationScope", List.of("version", "attributes", "dropped_attributes_count"),
                            "Resource", List.of("dropped_attributes_count", "entity_refs"),
                            "Metric", List.of("description", "metadata"),
                            "NumberDataPoint", List.of("exemplars"),
                            "HistogramDataPoint", List.of("exemplars", "min", "max"),
                            "ExponentialHistogramDataPoint", List.of("exemplars", "min", "max", "zero_threshold"),
                            "SummaryDataPoint", List.of("quantile_values"),
                            "KeyValue", List.of("key_strindex")),
                    List.of())
            .of(ExportMetricsServiceRequest.getDescriptor());

    private static final Descriptor LOGS = new PrunedSchema(
                    Map.of(
                            "ResourceLogs", List.of("schema_url"),
                            "ScopeLogs", List.of("schema_url", "scope"),
                            "Resource", List.of("dropped_attributes_count", "entity_refs"),
                            "LogRecord",
                                    List.of(
                                            "body",
                                            "attributes",
                                            "dropped_attributes_count",
                                            "flags",
                                            "trace_id",
                                            "span_id",
                                            "event_name"),
                            "KeyValue", List.of("key_strindex")),
                    List.of())
            .of(ExportLogsServiceRequest.getDescriptor());

    @Property(tries = 6000)
    void metrics(@ForAll long seed) throws InvalidProtocolBufferException {
        byte[] bytes = damaged(new RandomOtlp(seed).metrics(), seed);
        MetricsWalk walk = new MetricsWalk(NOON);
        List<EntityRows> out = new ArrayList<>();
        Undecodable undecodable = walk.walk(bytes, 0, bytes.length, out::add);
        Message right = parse(METRICS, bytes);
        if (undecodable != null) {
            assertRefused(walk.counts(), undecodable, right, bytes.length);
            assertThat(out).isEmpty();
            return;
        }
        assertThat(right).as("protobuf refuses what the walk read").isNotNull();
        MetricsOracle oracle = MetricsOracle.of(ExportMetricsServiceRequest.parseFrom(right.toByteArray()));
        // Of a damaged exemplar there is no right answer, and none is needed: it costs nobody a point.
        MetricsWalkTest.assertSameRows(MetricsOracle.withoutExemplars(MetricsOracle.flatten(out)), oracle.rows);
        assertThat(MetricsWalkTest.skips(walk.counts())).isEqualTo(oracle.skips);
    }

    /** A length may take up to ten bytes, however small: no exporter writes it so, and protobuf reads it. */
    @Property(tries = 1000)
    void metricsWithLongWindedLengths(@ForAll long seed) {
        ExportMetricsServiceRequest request = new RandomOtlp(seed).metrics();
        byte[] bytes = longWinded(request, new Random(seed));
        MetricsWalk walk = new MetricsWalk(NOON);
        MetricsOracle oracle = MetricsOracle.of(request);
        for (int time = 1; time <= 2; time++) {
            List<EntityRows> out = new ArrayList<>();
            assertThat(walk.walk(bytes, 0, bytes.length, out::add)).isNull();
            assertThat(out.stream().mapToLong(rows -> rows.size).sum())
                    .as("points read the %d. time", time)
                    .isEqualTo(oracle.rows.size());
            if (time == 1) {
                MetricsWalkTest.assertSameRows(MetricsOracle.flatten(out), oracle.rows);
            }
        }
    }

    /** The same message, with some of its lengths in more bytes than they need. */
    private static byte[] longWinded(Message message, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.getAllFields().forEach((field, value) -> {
            for (Object each : field.isRepeated() ? (List<?>) value : List.of(value)) {
                switch (field.getJavaType()) {
                    case MESSAGE -> longWinded(out, field.getNumber(), longWinded((Message) each, random), random);
                    case STRING ->
                        longWinded(out, field.getNumber(), ((String) each).getBytes(StandardCharsets.UTF_8), random);
                    default -> {}
                }
            }
            if (field.getJavaType() != JavaType.MESSAGE && field.getJavaType() != JavaType.STRING) {
                Message alone =
                        message.newBuilderForType().setField(field, value).build();
                out.writeBytes(alone.toByteArray());
            }
        });
        return out.toByteArray();
    }

    private static void longWinded(ByteArrayOutputStream out, int number, byte[] content, Random random) {
        varint(out, number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED, 0);
        varint(out, content.length, random.nextInt(4) == 0 ? random.nextInt(10) : 0);
        out.writeBytes(content);
    }

    /** @param atLeast bytes behind the first */
    private static void varint(ByteArrayOutputStream out, int value, int atLeast) {
        int rest = value;
        for (int more = atLeast; rest > 0x7f || more > 0; more--) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    @Property(tries = 6000)
    void spans(@ForAll long seed) throws InvalidProtocolBufferException {
        byte[] bytes = damaged(new RandomSpans(seed).spans(), seed);
        SpansWalk walk = new SpansWalk(NOON, 200, 1_000_000);
        List<SpanRows> out = new ArrayList<>();
        Undecodable undecodable = walk.walk(bytes, 0, bytes.length, out::add);
        ExportTraceServiceRequest right = PrunedSpans.parse(bytes);
        if (undecodable != null) {
            assertRefused(walk.counts(), undecodable, right, bytes.length);
            assertThat(out).isEmpty();
            return;
        }
        assertThat(right).as("protobuf refuses what the walk read").isNotNull();
        SpansOracle oracle = SpansOracle.of(right);
        assertThat(out).hasSameSizeAs(oracle.resources);
        for (int i = 0; i < out.size(); i++) {
            SpansWalkTest.assertSame(
                    PrunedSpans.withoutExceptions(SpansOracle.of(out.get(i))),
                    PrunedSpans.withoutExceptions(oracle.resources.get(i)));
        }
        assertThat(walk.counts().accepted()).isEqualTo(oracle.accepted);
    }

    @Property(tries = 2000)
    void logs(@ForAll long seed) throws InvalidProtocolBufferException {
        byte[] bytes = damaged(new RandomSpans(seed).logs(), seed);
        LogsWalk walk = new LogsWalk();
        List<LogRows> out = new ArrayList<>();
        Undecodable undecodable = walk.walk(bytes, 0, bytes.length, out::add);
        Message right = parse(LOGS, bytes);
        if (undecodable != null) {
            assertRefused(walk.counts(), undecodable, right, bytes.length);
            assertThat(out).isEmpty();
            return;
        }
        assertThat(right).as("protobuf refuses what the walk read").isNotNull();
        assertThat(out.stream().map(rows -> rows.bins).toList())
                .isEqualTo(LogsWalkTest.expected(ExportLogsServiceRequest.parseFrom(right.toByteArray())));
    }

    @Property(tries = 3000)
    void noise(@ForAll byte[] bytes) {
        byte[] before = bytes.clone();
        WalkCounts metrics = count(new MetricsWalk(NOON), bytes);
        assertThat(metrics.decoded() + metrics.undecodable()).isEqualTo(1);
        new SpansWalk(NOON).walk(bytes, 0, bytes.length, rows -> {});
        new LogsWalk().walk(bytes, 0, bytes.length, rows -> {});
        assertThat(bytes).isEqualTo(before);
    }

    /** Every prefix of a request, so that every kind of field is cut at every place. */
    @Test
    void everyPrefixAnswers() throws InvalidProtocolBufferException {
        byte[] whole = new RandomOtlp(4711).metrics().toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] bytes = Arrays.copyOf(whole, length);
            boolean readable = new MetricsWalk(NOON).walk(bytes, 0, length, rows -> {}) == null;
            assertThat(readable).as("prefix of %d bytes", length).isEqualTo(parse(METRICS, bytes) != null);
        }
    }

    /** By hand: generated classes overflow the stack on writing it. */
    @Test
    void attributesNestedWithoutEndAreRefused() {
        ByteString value = AnyValue.newBuilder().setStringValue("x").build().toByteString();
        for (int depth = 0; depth < 20_000; depth++) {
            value = field(5, field(1, value));
        }
        ByteString attribute = field(1, ByteString.copyFromUtf8("deep")).concat(field(2, value));
        byte[] bytes = field(1, field(1, field(1, attribute))).toByteArray();
        for (Undecodable undecodable : List.of(
                new MetricsWalk(NOON).walk(bytes, 0, bytes.length, rows -> {}),
                new SpansWalk(NOON).walk(bytes, 0, bytes.length, rows -> {}),
                new LogsWalk().walk(bytes, 0, bytes.length, rows -> {}))) {
            assertThat(undecodable.reason()).isEqualTo(Undecodable.Reason.TOO_DEEP);
        }
    }

    private static ByteString field(int number, ByteString content) {
        ByteString.Output out = ByteString.newOutput();
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        try {
            coded.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            coded.writeUInt32NoTag(content.size());
            coded.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteString().concat(content);
    }

    /** Equal keys at every level once doubled the work at every level. */
    @Test
    void nestedEqualKeysCostNoMoreThanTheirBytes() {
        AnyValue value = AnyValue.newBuilder().setStringValue("x").build();
        for (int depth = 0; depth < Cursor.MAX_DEPTH; depth++) {
            KeyValue entry = KeyValue.newBuilder().setKey("k").setValue(value).build();
            KeyValue first = KeyValue.newBuilder().setKey("k").build();
            value = AnyValue.newBuilder()
                    .setKvlistValue(io.opentelemetry.proto.common.v1.KeyValueList.newBuilder()
                            .addValues(first)
                            .addValues(entry))
                    .build();
        }
        Resource.Builder resource = Resource.newBuilder();
        for (int i = 0; i < 2_000; i++) {
            resource.addAttributes(KeyValue.newBuilder().setKey("deep" + i).setValue(value));
        }
        byte[] bytes = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder().setResource(resource))
                .build()
                .toByteArray();
        // Looked at twice on each level it would take 2,000 × 2^24 steps, which outlast every test's patience.
        WalkCounts counts = count(new MetricsWalk(NOON), bytes);

        assertThat(counts.undecodable()).isZero();
    }

    private static WalkCounts count(MetricsWalk walk, byte[] bytes) {
        walk.walk(bytes, 0, bytes.length, rows -> {});
        return walk.counts();
    }

    /** A refusal is right where protobuf refuses too, and in the three cases in which the walk is stricter. */
    private static void assertRefused(WalkCounts counts, Undecodable undecodable, Message right, int length) {
        assertThat(undecodable.offset()).isBetween(0, length);
        assertThat(undecodable.length()).isEqualTo(length);
        assertThat(counts.undecodable(undecodable.reason())).isEqualTo(1);
        assertThat(counts.items()).isZero();
        if (right == null) {
            return;
        }
        switch (undecodable.reason()) {
            // protobuf-java 4.36 ends a varint after ten bytes even where the tenth says that more follow.
            case REPEATED_FIELD, TOO_DEEP, MALFORMED_VARINT -> {}
            case TRUNCATED, INVALID_TAG, INVALID_UTF8 -> fail("%s, but protobuf reads it", undecodable);
        }
    }

    private static Message parse(Descriptor pruned, byte[] bytes) {
        try {
            return PrunedSchema.parse(pruned, bytes);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** One to four injuries: a byte changed, a stretch cut out, doubled or zeroed, the end cut off, a length made huge. */
    private static byte[] damaged(Message request, long seed) {
        byte[] bytes = request.toByteArray();
        Random random = new Random(seed ^ 0x5eed);
        for (int injuries = 1 + random.nextInt(4); injuries > 0 && bytes.length > 0; injuries--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(12));
            switch (random.nextInt(7)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes = splice(bytes, at, at + length, new byte[0]);
                case 2 -> bytes = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
                case 3 -> Arrays.fill(bytes, at, at + length, (byte) 0);
                case 4 -> Arrays.fill(bytes, at, at + length, (byte) 0xff);
                default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        byte[] spliced = new byte[bytes.length - (to - from) + with.length];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(with, 0, spliced, from, with.length);
        System.arraycopy(bytes, to, spliced, from + with.length, bytes.length - to);
        return spliced;
    }
}
