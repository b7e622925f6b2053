package io.evenkeel.testbed.supervisor;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing the platform was asked to do, under the caller's token.
 *
 * @param token idempotency key
 * @param state how far it is
 * @param action {@code deploy}, {@code rollback}, {@code restart}, {@code scale} or {@code chore}
 * @param service name of the service
 * @param before what was when it began
 * @param after what shall be, and once applied what is
 * @param error why it failed, null otherwise
 * @param startedAt when the intent became durable
 * @param endedAt when it was applied or failed, null before
 */
record Operation(
        String token,
        State state,
        String action,
        String service,
        Map<String, Object> before,
        Map<String, Object> after,
        @Nullable String error,
        Instant startedAt,
        @Nullable Instant endedAt) {

    /** A token that was never seen has no operation: the caller reads {@code unknown}. */
    enum State {
        RUNNING,
        APPLIED,
        FAILED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token", token);
        json.put("state", state.word());
        json.put("action", action);
        json.put("service", service);
        json.put("before", before);
        json.put("after", after);
        json.put("error", error);
        json.put("startedAt", startedAt.toString());
        json.put("endedAt", endedAt == null ? null : endedAt.toString());
        return json;
    }
}
