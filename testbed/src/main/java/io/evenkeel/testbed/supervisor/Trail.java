package io.evenkeel.testbed.supervisor;

import java.util.Map;

/**
 * Writes the effects of one operation to the journal under its token, each before it is done.
 *
 * @param journal where to
 * @param token of the operation, empty for what the platform does by itself
 * @param service name of the service
 */
record Trail(Journal journal, String token, String service) {
    /** Durable when this returns; only then may the effect be tried. */
    void effect(String action, Map<String, Object> what) {
        journal.append(token, Entry.Phase.EFFECT, action, service, Map.of(), what, "");
    }

    void note(String action, Map<String, Object> what, String text) {
        journal.append(token, Entry.Phase.NOTE, action, service, Map.of(), what, text);
    }
}
