package io.evenkeel.console.live;

/**
 * A row of {@code console_event}: something changed, look again. Carries no content.
 *
 * @param seq rises with each row; rows may become visible out of this order
 * @param kind {@code incident}, {@code execution}, {@code finding} or {@code health}
 * @param incident incident number, 0 for none
 * @param ref what changed
 */
public record LiveEvent(long seq, String kind, long incident, String ref) {}
