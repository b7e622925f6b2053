package io.evenkeel.testbed.supervisor;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the platform's journal.
 *
 * @param sequence from 1, without gaps
 * @param at when it was written
 * @param token the caller's idempotency key; for what the platform sees by itself, empty
 * @param phase what kind of line
 * @param action {@code deploy}, {@code rollback}, {@code restart}, {@code scale}, {@code chore}, {@code fault}, {@code install} or, in
 *     effects and notes, {@code start}, {@code stop}, {@code exit}, {@code route}, {@code release}
 * @param service name of the service
 * @param before what was, for example {@code {"version":"4.12.0"}}
 * @param after what shall be or is now
 * @param text for people, empty when there is nothing to add
 */
record Entry(
        long sequence,
        Instant at,
        String token,
        Phase phase,
        String action,
        String service,
        Map<String, Object> before,
        Map<String, Object> after,
        @Nullable String text) {
    Entry {
        before = before == null ? Map.of() : before;
        after = after == null ? Map.of() : after;
    }

    /** Kinds of lines. */
    enum Phase {
        /** Decided and durable; nothing done yet. */
        INTENT,
        /** About to be done to a process. */
        EFFECT,
        APPLIED,
        FAILED,
        /** Seen, not done. */
        NOTE
    }

    /** The line as JSON, words in lower case. */
    Map<String, Object> json() {
        Map<String, Object> json = new java.util.LinkedHashMap<>();
        json.put("sequence", sequence);
        json.put("at", at.toString());
        json.put("token", token);
        json.put("phase", phase.name().toLowerCase(Locale.ROOT));
        json.put("action", action);
        json.put("service", service);
        json.put("before", before);
        json.put("after", after);
        json.put("text", text == null ? "" : text);
        return json;
    }
}
