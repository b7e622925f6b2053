package io.evenkeel.remediation.execution;

/**
 * One line of what would change.
 *
 * @param op {@code -} as it is, {@code +} as it would be
 * @param text for people
 */
public record DiffLine(String op, String text) {}
