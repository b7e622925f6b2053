package io.evenkeel.wire.otlp;

/**
 * Series ids of the points of one metric after another, and the definitions that go with them. An exporter writes the
 * same attributes in the same bytes every time and its points in the same order, so a point is first held against the one
 * that came behind the last, by a fingerprint of its exported bytes (under 20 ns); then it is looked up by one that does
 * not depend on the order of its attributes; only a miss of that sorts and reads them and takes the canonical, durable id.
 * A series whose attributes come in bytes that are new each time and mean the same, such as a masked secret, is defined
 * each time.
 *
 * <p>Fingerprints are kept per entity, because a definition is kept where the entity's state is: a series that one host
 * has defined is still unknown on the next. They are mixed with a seed that an exporter does not know.
 */
final class SeriesIndex {
    static final int MAX_ATTRIBUTES = 128;
    static final int MAX_BYTES = 16_384;

    private final SeriesCache cache;
    private final int refreshSeconds;
    private final long seed;

    private final Cursor cursor = new Cursor();
    private final KeyValues attributes = new KeyValues();
    private final CanonicalForm canonical;

    private byte[] bytes = {};
    private int nameFrom;
    private int nameTo;
    private int unitFrom;
    private int unitTo;
    private byte type;
    private long metricKey;
    private long lastEntity;

    private int slot;
    private boolean canonicalIsCurrent;
    /** Whether the canonical form depends on the order of the attributes, as keys are equal. */
    private boolean ambiguous;

    private int attributesAt;

    /**
     * @param maximum series remembered per generation, see {@link SeriesCache}
     * @param refreshSeconds a definition is sent again after about this long, ± 25 % so that not all come at once
     * @param seed of the fingerprints, not of the ids
     * @param mask of ids and definitions
     */
    SeriesIndex(int maximum, int refreshSeconds, long seed, SecretMask mask) {
        this.cache = new SeriesCache(maximum);
        this.refreshSeconds = refreshSeconds;
        this.seed = seed;
        canonical = new CanonicalForm(mask);
    }

    /** The points that follow belong to this metric of this entity. */
    void enter(long entity, byte[] source, int nameStart, int nameEnd, int unitStart, int unitEnd, byte pointType) {
        if (entity != lastEntity) {
            lastEntity = entity;
            cache.leap();
        }
        bytes = source;
        nameFrom = nameStart;
        nameTo = nameEnd;
        unitFrom = unitStart;
        unitTo = unitEnd;
        type = pointType;
        long name = Mix.hash(source, nameStart, nameEnd - nameStart);
        long unit = Mix.hash(source, unitStart, unitEnd - unitStart);
        metricKey = Mix.of(Mix.of(seed ^ entity, name), unit + pointType);
    }

    /** Finds the series of a point; false when its attributes are beyond bounds. */
    boolean identify(AttributeRuns runs, int nowSeconds) {
        long exported = Mix.of(metricKey, runs.fingerprint(bytes));
        canonicalIsCurrent = false;
        slot = cache.findNext(exported);
        if (slot >= 0) {
            return true;
        }
        cursor.open(bytes, 0);
        long unordered = Mix.of(metricKey, runs.unordered(cursor, seed));
        slot = cache.find(unordered, nowSeconds);
        if (slot >= 0) {
            cache.setExported(slot, exported);
            return true;
        }
        return identifyNew(runs, exported, unordered, nowSeconds);
    }

    private boolean identifyNew(AttributeRuns runs, long exported, long unordered, int nowSeconds) {
        canonicalize(runs);
        if (attributes.size() > MAX_ATTRIBUTES || runs.bytes() > MAX_BYTES) {
            return false;
        }
        slot = ambiguous ? cache.find(exported, nowSeconds) : -1;
        if (slot < 0) {
            slot = cache.put(ambiguous ? exported : unordered, exported, canonical.hash());
        }
        return true;
    }

    private int nextDue(int nowSeconds) {
        int quarter = refreshSeconds / 4;
        int spread = (int) Long.remainderUnsigned(key(), 2L * quarter + 1);
        return nowSeconds + refreshSeconds - quarter + spread;
    }

    /** Id of the point last identified. */
    long series() {
        return cache.seriesAt(slot);
    }

    boolean definitionIsDue(int nowSeconds) {
        return cache.dueAt(slot) <= nowSeconds;
    }

    /** Definition of the series last identified; from now on counted as sent. */
    SeriesDefinition define(AttributeRuns runs, int nowSeconds) {
        if (!canonicalIsCurrent) {
            canonicalize(runs);
        }
        cache.setDue(slot, nextDue(nowSeconds));
        CanonicalText header = new CanonicalText(canonical.bytes(), 0);
        String name = header.readHeader();
        String unit = header.readHeader();
        String text = new CanonicalText(canonical.bytes(), attributesAt).attributes();
        return new SeriesDefinition(cache.seriesAt(slot), name, unit, type, text);
    }

    /** Key under which a definition was sent, for {@link #unsend}. */
    long key() {
        return cache.keyAt(slot);
    }

    /** The record in which this definition was to go turned out undecodable: it is due again. */
    void unsend(long sentKey) {
        int sent = cache.find(sentKey, 0);
        if (sent >= 0) {
            cache.setDue(sent, 0);
        }
    }

    private void canonicalize(AttributeRuns runs) {
        cursor.open(bytes, 0);
        attributes.clear();
        runs.read(cursor, attributes);
        canonical.clear();
        canonical.putText(bytes, nameFrom, nameTo);
        canonical.putText(bytes, unitFrom, unitTo);
        canonical.putByte(type);
        attributesAt = canonical.size();
        ambiguous = canonical.putAttributes(cursor, attributes);
        canonicalIsCurrent = true;
    }
}
