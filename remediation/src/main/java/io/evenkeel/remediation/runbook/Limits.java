package io.evenkeel.remediation.runbook;

import java.time.Duration;

/**
 * How much a runbook may do by itself or by approval.
 *
 * @param concurrencyKey template of the lock; runs with the same key never overlap
 * @param maxPerDay runs in any 24 h per environment, at least 1
 * @param cooldown rest after the end of a run on the same key
 * @param maxTargets targets of one run, at least 1
 * @param percent most of the healthy replicas that one run may touch, 1..100
 * @param minHealthy healthy replicas that must remain besides the touched ones, at least 0
 */
public record Limits(
        String concurrencyKey, int maxPerDay, Duration cooldown, int maxTargets, int percent, int minHealthy) {}
