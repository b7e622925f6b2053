package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.util.HashMap;
import java.util.Map;

/**
 * Resources by the fingerprint of their exported bytes: a process sends the same ones for all its life, so their
 * attributes are read once. Holds two generations of at most {@value #GENERATION} resources each; one that is asked for
 * moves to the younger, so that any number of short-lived or forged resources costs a bounded memory.
 */
final class Resources {
    private static final int GENERATION = 8192;
    private static final int RESOURCE = 1 << 3 | Cursor.LENGTH;
    private static final int ATTRIBUTE = 1 << 3 | Cursor.LENGTH;

    private final Cursor cursor = new Cursor();
    private final KeyValues attributes = new KeyValues();
    private final CanonicalForm canonical;
    private Map<Long, ResourceIdentity> young = new HashMap<>();
    private Map<Long, ResourceIdentity> old = new HashMap<>();

    Resources(SecretMask mask) {
        canonical = new CanonicalForm(mask);
    }

    /**
     * The resource of a ResourceMetrics, ResourceSpans or ResourceLogs, wherever in it the exporter has put it.
     *
     * @param outer stands at the first byte of the message and is left there
     */
    ResourceIdentity find(Cursor outer, int end) {
        int start = outer.position;
        int from = -1;
        int to = -1;
        while (outer.position < end) {
            int tag = outer.tag(end);
            if (tag != RESOURCE) {
                outer.skip(tag, end);
                continue;
            }
            if (from >= 0) {
                throw outer.malformed(Reason.REPEATED_FIELD);
            }
            int length = outer.length(end);
            from = outer.position;
            to = from + length;
            outer.position = to;
        }
        outer.position = start;
        return identify(outer.bytes, Math.max(from, 0), Math.max(to, 0));
    }

    private ResourceIdentity identify(byte[] bytes, int from, int to) {
        Long fingerprint = Mix.hash(bytes, from, to - from);
        ResourceIdentity known = young.get(fingerprint);
        if (known != null) {
            return known;
        }
        ResourceIdentity resource = old.get(fingerprint);
        if (resource == null) {
            resource = read(bytes, from, to);
        }
        if (young.size() >= GENERATION) {
            old = young;
            young = new HashMap<>();
        }
        young.put(fingerprint, resource);
        return resource;
    }

    private ResourceIdentity read(byte[] bytes, int from, int to) {
        cursor.open(bytes, from);
        attributes.clear();
        while (cursor.position < to) {
            int tag = cursor.tag(to);
            if (tag == ATTRIBUTE) {
                int length = cursor.length(to);
                attributes.read(cursor, cursor.position + length);
            } else {
                cursor.skip(tag, to);
            }
        }
        canonical.clear();
        canonical.putAttributes(cursor, attributes);
        return ResourceIdentity.of(canonical);
    }
}
