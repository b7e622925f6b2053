package io.evenkeel.wire.event;

import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Rollups are most of all events, one a minute and signal, and are written by hand for it: what the mapper would write,
 * without asking every record for its parts by reflection.
 */
final class RollupJson extends ValueSerializer<Rollup> {
    private static final SerializedString SIGNAL = new SerializedString("signal");
    private static final SerializedString START = new SerializedString("start");
    private static final SerializedString WIDTH_SECONDS = new SerializedString("widthSeconds");
    private static final SerializedString COUNT = new SerializedString("count");
    private static final SerializedString VALUE = new SerializedString("value");
    private static final SerializedString EXPECTED = new SerializedString("expected");
    private static final SerializedString LOWER = new SerializedString("lower");
    private static final SerializedString UPPER = new SerializedString("upper");
    private static final SerializedString REVISION = new SerializedString("revision");
    private static final SerializedString SERVICE = new SerializedString("service");
    private static final SerializedString KIND = new SerializedString("kind");
    private static final SerializedString CALLEE = new SerializedString("callee");
    private static final SerializedString OPERATION = new SerializedString("operation");
    private static final SerializedString SLOT = new SerializedString("slot");
    private static final SerializedString METRIC = new SerializedString("metric");
    private static final SerializedString ATTRIBUTES = new SerializedString("attributes");
    private static final SerializedString ENVIRONMENT = new SerializedString("environment");
    private static final SerializedString NAMESPACE = new SerializedString("namespace");
    private static final SerializedString NAME = new SerializedString("name");

    /** The start last written: windows of all signals begin together. */
    private volatile Start last = new Start(Instant.EPOCH, Instant.EPOCH.toString());

    private record Start(Instant time, String text) {}

    @Override
    public void serialize(Rollup rollup, JsonGenerator out, SerializationContext context) {
        out.writeStartObject();
        out.writeName(SIGNAL);
        write(rollup.signal(), out);
        out.writeName(START);
        out.writeString(text(rollup.start()));
        out.writeName(WIDTH_SECONDS);
        out.writeNumber(rollup.widthSeconds());
        out.writeName(COUNT);
        out.writeNumber(rollup.count());
        out.writeName(VALUE);
        out.writeNumber(rollup.value());
        out.writeName(EXPECTED);
        out.writeNumber(rollup.expected());
        out.writeName(LOWER);
        out.writeNumber(rollup.lower());
        out.writeName(UPPER);
        out.writeNumber(rollup.upper());
        out.writeName(REVISION);
        out.writeNumber(rollup.revision());
        out.writeEndObject();
    }

    private static void write(SignalKey signal, JsonGenerator out) {
        out.writeStartObject();
        out.writeName(SERVICE);
        write(signal.service(), out);
        out.writeName(KIND);
        out.writeString(signal.kind().name());
        out.writeName(CALLEE);
        write(signal.callee(), out);
        out.writeName(OPERATION);
        out.writeString(signal.operation());
        out.writeName(SLOT);
        out.writeString(signal.slot());
        out.writeName(METRIC);
        out.writeString(signal.metric());
        out.writeName(ATTRIBUTES);
        out.writeString(signal.attributes());
        out.writeEndObject();
    }

    private static void write(@Nullable ServiceKey service, JsonGenerator out) {
        if (service == null) {
            out.writeNull();
            return;
        }
        out.writeStartObject();
        out.writeName(ENVIRONMENT);
        out.writeString(service.environment());
        out.writeName(NAMESPACE);
        out.writeString(service.namespace());
        out.writeName(NAME);
        out.writeString(service.name());
        out.writeEndObject();
    }

    private String text(Instant start) {
        Start known = last;
        if (!known.time().equals(start)) {
            known = new Start(start, start.toString());
            last = known;
        }
        return known.text();
    }
}
