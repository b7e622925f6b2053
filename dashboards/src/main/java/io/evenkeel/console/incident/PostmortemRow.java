package io.evenkeel.console.incident;

import java.time.Instant;

/**
 * A postmortem draft.
 *
 * @param incident incident number
 * @param markdown the text people edit
 * @param html the same, rendered and escaped by its writer
 * @param generatedAt when it was last written
 * @param revision starts at 1
 */
public record PostmortemRow(long incident, String markdown, String html, Instant generatedAt, int revision) {}
