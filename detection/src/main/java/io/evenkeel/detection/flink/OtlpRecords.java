package io.evenkeel.detection.flink;

import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.LogsWalk;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.MetricsWalk;
import io.evenkeel.wire.otlp.OtlpJson;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import io.evenkeel.wire.otlp.Skip;
import io.evenkeel.wire.otlp.SpanRows;
import io.evenkeel.wire.otlp.SpansWalk;
import io.evenkeel.wire.otlp.Undecodable;
import io.evenkeel.wire.otlp.WalkCounts;
import java.time.InstantSource;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the bytes of a Kafka record inside the source subtask, right after the poll: rows per Resource come out, a record
 * that is no OTLP comes out as a dead letter, and Evenkeel's own telemetry is left out. What the rows say has its secrets
 * masked, whoever wrote the record. Counts what it read and what it kept back ({@link PipelineGauges}); what it gives out
 * is counted by who judges it.
 */
final class OtlpRecords implements KafkaRecordDeserializationSchema<Decoded> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(OtlpRecords.class);
    /** Namespace of Evenkeel's own services, second part of a service id: they are never judged as a user's. */
    private static final String OWN = "/evenkeel/";

    private final OtlpSignal signal;
    private final SecretMask mask;
    private transient @Nullable MetricsWalk metrics;
    private transient @Nullable SpansWalk spans;
    private transient @Nullable LogsWalk logs;
    private transient InstantSource clock = InstantSource.system();
    private transient long ownItems;
    private transient long records;
    private transient long dead;
    private transient long empty;

    /** @param mask for what did not pass the door; what did has its asterisks already */
    OtlpRecords(OtlpSignal signal, SecretMask mask) {
        this.signal = signal;
        this.mask = mask;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        clock = InstantSource.system();
        switch (signal) {
            case METRICS ->
                metrics = new MetricsWalk(clock, mask, MetricsWalk.DEFAULT_SERIES, MetricsWalk.DEFAULT_REFRESH_SECONDS);
            case SPANS ->
                spans = new SpansWalk(clock, mask, SpansWalk.DEFAULT_NAMES, SpansWalk.DEFAULT_LINKS_PER_SECOND);
            case LOGS -> logs = new LogsWalk(mask);
        }
        PipelineGauges gauges = new PipelineGauges(context.getMetricGroup(), signal);
        gauges.records(PipelineGauges.READ, () -> records);
        gauges.records("decoded", () -> records - dead - empty);
        gauges.records("dead_letter", () -> dead);
        gauges.records("empty", () -> empty);
        gauges.items(PipelineGauges.READ, () -> counts().items());
        gauges.items("left_out", "own", () -> ownItems);
        for (Skip skip : Skip.values()) {
            gauges.items(skip, () -> counts().skipped(skip));
        }
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded> out) {
        records++;
        if (record.value() == null) {
            empty++;
            return;
        }
        byte[] value;
        try {
            value = request(record);
        } catch (MalformedRequestException e) {
            dead(record, String.valueOf(e.getMessage()), out);
            return;
        } catch (RuntimeException e) {
            // A fault of ours, once a number that JSON allows and BigDecimal does not; no record may stop the job.
            LOG.error(
                    "topic={} partition={} offset={} put aside by a fault of ours; please report it",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
            dead(record, "a fault of Evenkeel: " + e, out);
            return;
        }
        Undecodable undecodable = switch (signal) {
            case METRICS -> Objects.requireNonNull(metrics).walk(value, 0, value.length, rows -> give(rows, out));
            case SPANS -> Objects.requireNonNull(spans).walk(value, 0, value.length, rows -> give(rows, out));
            case LOGS -> Objects.requireNonNull(logs).walk(value, 0, value.length, rows -> give(rows, out));
        };
        if (undecodable != null) {
            dead(record, undecodable.reason().name() + " at byte " + undecodable.offset(), out);
        }
    }

    /** The request in a record, in protobuf. */
    private byte[] request(ConsumerRecord<byte[], byte[]> record) throws MalformedRequestException {
        byte[] value = record.value();
        // The Collector's otlp_json. In protobuf this byte would open a group, which OTLP has none of.
        return value.length > 0 && value[0] == '{' ? OtlpJson.toProtobuf(signal, value) : value;
    }

    private void dead(ConsumerRecord<byte[], byte[]> record, String reason, Collector<Decoded> out) {
        dead++;
        out.collect(Decoded.of(Outgoing.deadLetter(
                record.topic(), record.partition(), record.offset(), reason, record.value(), clock.millis())));
    }

    private void give(EntityRows rows, Collector<Decoded> out) {
        if (isOwn(rows.service)) {
            ownItems += rows.size;
            return;
        }
        out.collect(Decoded.of(rows));
    }

    private void give(SpanRows rows, Collector<Decoded> out) {
        if (isOwn(rows.service)) {
            ownItems += rows.spans;
            return;
        }
        out.collect(Decoded.of(rows));
    }

    private void give(LogRows rows, Collector<Decoded> out) {
        if (isOwn(rows.service)) {
            ownItems += rows.items();
            return;
        }
        out.collect(Decoded.of(rows));
    }

    private static boolean isOwn(String service) {
        return service.startsWith(OWN, Math.max(0, service.indexOf('/')));
    }

    private WalkCounts counts() {
        return switch (signal) {
            case METRICS -> Objects.requireNonNull(metrics).counts();
            case SPANS -> Objects.requireNonNull(spans).counts();
            case LOGS -> Objects.requireNonNull(logs).counts();
        };
    }

    @Override
    public TypeInformation<Decoded> getProducedType() {
        return new PackedTypeInformation<>(PackedFormats.DECODED);
    }
}
