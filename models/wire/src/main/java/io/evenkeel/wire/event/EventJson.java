package io.evenkeel.wire.event;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.evenkeel.domain.telemetry.Rollup;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Domain records as UTF-8 JSON. Instants are ISO-8601 text, NaN and infinities are the quoted words {@code "NaN"},
 * {@code "Infinity"}; unknown fields are ignored, so that a reader survives a newer writer. Safe for use by many threads.
 */
public final class EventJson {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.threadLocalPool())
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .addModule(new SimpleModule().addSerializer(Rollup.class, new RollupJson()))
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            // A claim such as isGolden() is derived, not a fact: on the wire it could only come to contradict the
            // record.
            .changeDefaultVisibility(visibility -> visibility.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
            .build();

    private EventJson() {}

    public static byte[] write(Object event) {
        return MAPPER.writeValueAsBytes(event);
    }

    /**
     * @throws MalformedEventException if the bytes are not JSON of that record
     */
    public static <T> T read(byte[] json, Class<T> type) {
        @Nullable T event;
        try {
            event = MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new MalformedEventException("not a " + type.getSimpleName() + " event: " + e.getOriginalMessage(), e);
        }
        if (event == null) {
            throw new MalformedEventException("not a " + type.getSimpleName() + " event: the word null", null);
        }
        return event;
    }
}
