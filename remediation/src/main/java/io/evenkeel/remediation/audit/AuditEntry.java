package io.evenkeel.remediation.audit;

import java.time.Instant;
import java.util.Map;

/**
 * One row of the audit chain.
 *
 * @param seq from 1, without gaps
 * @param at when, to the microsecond
 * @param actor user name, token name or {@code evenkeel}
 * @param action verb with its room, such as {@code execution.approve}
 * @param subject what it was done to, such as {@code execution:<id>}
 * @param detail canonical JSON; never a secret
 * @param prevHash hash of the row before, {@link #GENESIS} for the first
 * @param hash SHA-256 over all of the above, hex
 */
public record AuditEntry(
        long seq,
        Instant at,
        String actor,
        String action,
        String subject,
        String detail,
        String prevHash,
        String hash) {
    /** Stands before the first row. */
    public static final String GENESIS = "0".repeat(64);

    /** The row that follows {@code prevHash}, with its hash. */
    public static AuditEntry link(
            long seq, Instant at, String actor, String action, String subject, String detail, String prevHash) {
        return new AuditEntry(
                seq,
                at,
                actor,
                action,
                subject,
                detail,
                prevHash,
                hash(seq, at, actor, action, subject, detail, prevHash));
    }

    /** The hash that this row must have. */
    public String expectedHash() {
        return hash(seq, at, actor, action, subject, detail, prevHash);
    }

    private static String hash(
            long seq, Instant at, String actor, String action, String subject, String detail, String prevHash) {
        return CanonicalJson.hash(Map.of(
                "seq", seq,
                "at", at,
                "actor", actor,
                "action", action,
                "subject", subject,
                "detail", detail,
                "prevHash", prevHash));
    }
}
