package io.evenkeel.remediation.incident;

/**
 * Something about an incident changed in the database; whoever plans repairs looks again. A hint, not a promise: the
 * planner also looks by itself, so that a lost hint delays and never loses.
 *
 * @param number incident number
 */
public record IncidentChanged(long number) {}
