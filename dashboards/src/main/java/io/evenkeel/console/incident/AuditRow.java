package io.evenkeel.console.incident;

import java.time.Instant;

/**
 * A link of the audit chain.
 *
 * @param seq its number
 * @param at when
 * @param actor who
 * @param action did what
 * @param subject to what
 * @param detail canonical JSON
 * @param hash SHA-256 over it and its predecessor, hex
 */
public record AuditRow(long seq, Instant at, String actor, String action, String subject, String detail, String hash) {}
