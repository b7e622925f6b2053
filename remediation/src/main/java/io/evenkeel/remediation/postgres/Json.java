package io.evenkeel.remediation.postgres;

import io.evenkeel.wire.event.EventJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Domain records in jsonb columns, as the wire writes them. */
final class Json {
    private Json() {}

    static String of(Object value) {
        return new String(EventJson.write(value), StandardCharsets.UTF_8);
    }

    static @Nullable String orNull(@Nullable Object value) {
        return value == null ? null : of(value);
    }

    static <T> T read(String json, Class<T> type) {
        return EventJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
