package io.evenkeel.remediation.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the records of the intake per topic since start. Law: consumed = stored + put aside + skipped (tombstones),
 * where a record that is read twice counts twice. Safe for use by many threads.
 */
public final class IntakeCounters {
    private final Map<String, LongAdder> stored = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> putAside = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> skipped = new ConcurrentHashMap<>();

    public long storedOf(String topic) {
        return stored.getOrDefault(topic, new LongAdder()).sum();
    }

    public long putAsideOf(String topic) {
        return putAside.getOrDefault(topic, new LongAdder()).sum();
    }

    public long skippedOf(String topic) {
        return skipped.getOrDefault(topic, new LongAdder()).sum();
    }

    void stored(String topic, int count) {
        stored.computeIfAbsent(topic, t -> new LongAdder()).add(count);
    }

    void putAside(String topic) {
        putAside.computeIfAbsent(topic, t -> new LongAdder()).increment();
    }

    void skipped(String topic) {
        skipped.computeIfAbsent(topic, t -> new LongAdder()).increment();
    }
}
