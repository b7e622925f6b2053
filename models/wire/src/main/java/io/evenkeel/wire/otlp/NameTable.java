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
    private final Name other;
    private final Map<String, Names> services = new HashMap<>();
    private Names current;

    /**
     * A name and the fingerprint under which it was first met. Other spans may spell the same name in other bytes (a
     * port as text, a route in place of a span name): they lead to the same Name.
     */
    record Name(String text, long fingerprint) {}

    /**
     * @param perService distinct names per service, ≥ 1
     * @param otherFingerprint stands for all names beyond the cap
     */
    NameTable(int perService, long otherFingerprint) {
        this.perService = perService;
        this.other = new Name(OTHER, otherFingerprint);
        this.current = new Names(other, 0);
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
            names = new Names(other, nowSeconds);
            services.put(service, names);
        }
        current = names;
    }

    /** The name of that fingerprint, made only when it is new; {@value #OTHER} when the service has too many. */
    Name name(long fingerprint, Supplier<String> make) {
        Name known = current.byFingerprint.get(fingerprint);
        if (known != null) {
            return known;
        }
        if (current.byFingerprint.size() >= perService) {
            return other;
        }
        String text = PlainText.of(make.get(), MAX_LENGTH);
        Name name = current.byText.computeIfAbsent(text, t -> new Name(t, fingerprint));
        current.byFingerprint.put(fingerprint, name);
        return name;
    }

    private static final class Names {
        final Map<Long, Name> byFingerprint = new HashMap<>();
        final Map<String, Name> byText = new HashMap<>();
        final int sinceSeconds;

        Names(Name other, int sinceSeconds) {
            this.sinceSeconds = sinceSeconds;
            byText.put(OTHER, other);
        }
    }
}
