package io.evenkeel.wire.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Kafka headers of a CloudEvents 1.0 event in binary mode (CloudEvents Kafka protocol binding 1.0.2, section 3.2). */
public final class EventHeaders {
    private static final byte[] SPEC_VERSION = utf8("1.0");
    private static final byte[] JSON = utf8("application/json");

    private EventHeaders() {}

    /**
     * @param type record class, for example {@code Finding} gives {@code io.evenkeel.finding.v1}
     * @param id event id, unique per source
     * @param source room that wrote it, for example {@code /evenkeel/detection}
     * @param time when it was written
     */
    public static Map<String, byte[]> of(Class<?> type, String id, String source, Instant time) {
        return of(typeOf(type), id, source, time);
    }

    /** @param type as {@link #typeOf} gives it */
    public static Map<String, byte[]> of(String type, String id, String source, Instant time) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", SPEC_VERSION);
        headers.put("ce_type", utf8(type));
        headers.put("ce_source", utf8(source));
        headers.put("ce_id", utf8(id));
        headers.put("ce_time", utf8(time.toString()));
        headers.put("content-type", JSON);
        return headers;
    }

    public static String typeOf(Class<?> type) {
        return "io.evenkeel." + type.getSimpleName().toLowerCase(Locale.ROOT) + ".v1";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
