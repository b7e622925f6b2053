package io.evenkeel.wire.otlp;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Names of operations or peers by fingerprint, per service, capped: a service that puts an id in its span names keeps
 * its first names and the rest is {@value #OTHER}. A table that was full for an hour starts afresh, so that names of a
 * release long gone do not block those of today. Memory is bounded by services × names.
 */
final class NameTable {
    static final String OTHER = "_other";
    /** Longer names are cut. */
    static final int MAX_LENGTH = 200;

    private static final int MAX_SERVICES = 4096;
    private static final int FULL_SECONDS = 3600;

    private final int perService;
    private final Map<String, Names> services = new HashMap<>();
    private Names current;

    /**
     * @param perService distinct names per service, ≥ 1
     */
    NameTable(int perService) {
        this.perService = perService;
        this.current = new Names(0);
    }

    void enter(String service, int nowSeconds) {
        Names names = services.get(service);
        boolean stale = names != null
                && names.byFingerprint.size() >= perService
                && nowSeconds - names.sinceSeconds >= FULL_SECONDS;
        if (names == null || stale) {
            if (services.size() >= MAX_SERVICES) {
                services.clear();
            }
            names = new Names(nowSeconds);
            services.put(service, names);
        }
        current = names;
    }

    /** The name of that fingerprint, made only when it is new; {@link #OTHER} when the service has too many. */
    String name(long fingerprint, Supplier<String> make) {
        String known = current.byFingerprint.get(fingerprint);
        if (known != null) {
            return known;
        }
        if (current.byFingerprint.size() >= perService) {
            return OTHER;
        }
        String name = make.get();
        String cut = name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
        current.byFingerprint.put(fingerprint, cut);
        return cut;
    }

    private static final class Names {
        final Map<Long, String> byFingerprint = new HashMap<>();
        final int sinceSeconds;

        Names(int sinceSeconds) {
            this.sinceSeconds = sinceSeconds;
        }
    }
}
