package io.evenkeel.console.remedy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A runbook with its record.
 *
 * @param name its name
 * @param hash SHA-256 of its file, hex
 * @param source the file
 * @param loadedAt when this version was read
 * @param judged runs that were judged
 * @param recovered of them recovered
 * @param worsened of them made it worse
 * @param lastRun when it last ran, null for never
 * @param typicalSeconds median from first effect to verified recovery, s; NaN for none
 */
public record RunbookRow(
        String name,
        String hash,
        String source,
        Instant loadedAt,
        int judged,
        int recovered,
        int worsened,
        @Nullable Instant lastRun,
        double typicalSeconds) {}
