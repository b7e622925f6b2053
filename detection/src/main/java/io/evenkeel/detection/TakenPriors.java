package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Prior;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which priors the judged signals of one book go by: gives each row its own, when the row is new, when a prior comes, and
 * after a restore. What has been taken is a {@link PriorShelf}, kept beside the book by who keeps the book. Owned by one
 * thread.
 */
public final class TakenPriors {
    private Priors waiting = Priors.NONE;
    private String service = "";
    /** Null until the kept shelf has been brought, such as after a restore. */
    private @Nullable PriorShelf shelf;

    private boolean changed;
    /** Version of the waiting priors that the rows have seen; negative when they have not seen the shelf either. */
    private long seen = -1;

    /**
     * Where priors wait; cheap to say again.
     *
     * @param serviceId {@code ServiceKey.id()} of the book's service
     */
    public void waiting(Priors priors, String serviceId) {
        if (priors != waiting || !serviceId.equals(service)) {
            waiting = priors;
            service = serviceId;
            seen = -1;
        }
    }

    public boolean isShelved() {
        return shelf != null;
    }

    /** Brings what was taken before the book was read. */
    public void shelve(PriorShelf kept) {
        shelf = kept;
        seen = -1;
    }

    /** The shelf when it has changed since this was last asked, else null. */
    public @Nullable PriorShelf changedShelf() {
        boolean was = changed;
        changed = false;
        return was ? shelf : null;
    }

    boolean isBehind() {
        return seen != waiting.version(service);
    }

    /** Gives the rows their priors where new ones have come, or after a restore. */
    void catchUp(JudgedSignals judged, IntFunction<SignalKey> keyOf) {
        seen = waiting.version(service);
        if (waiting.of(service).isEmpty() && kept().taken().isEmpty()) {
            return;
        }
        Map<String, Prior> fresh = new HashMap<>();
        for (int row = 0; row < judged.size(); row++) {
            link(judged, row, keyOf.apply(row), fresh);
        }
        put(fresh);
    }

    /**
     * Gives a new row its prior, if there is one.
     *
     * @param signal of the row; only asked for when there are any
     */
    void link(JudgedSignals judged, int row, IntFunction<SignalKey> signal) {
        if (waiting.of(service).isEmpty() && kept().taken().isEmpty()) {
            return;
        }
        Map<String, Prior> fresh = new HashMap<>();
        link(judged, row, signal.apply(row), fresh);
        put(fresh);
    }

    private void link(JudgedSignals judged, int row, SignalKey key, Map<String, Prior> fresh) {
        String id = key.ofAnySlot().id();
        Prior before = kept().taken().get(id);
        Prior come = waiting.of(service).get(id);
        Prior prior = come == null ? before : come;
        if (prior == null || kept().isRefusedBy(key.id(), prior) || !judged.prior(row, prior)) {
            return;
        }
        if (!prior.equals(before)) {
            fresh.put(id, prior);
        }
    }

    private void put(Map<String, Prior> fresh) {
        if (!fresh.isEmpty()) {
            shelf = kept().with(fresh);
            changed = true;
        }
    }

    /** A new level was accepted: what history says of the signal is no longer true. */
    void refuse(SignalKey key) {
        Prior prior = kept().taken().get(key.ofAnySlot().id());
        if (prior != null) {
            shelf = kept().withoutFor(key.id(), prior.id());
            changed = true;
        }
    }

    private PriorShelf kept() {
        PriorShelf known = shelf;
        return known == null ? PriorShelf.EMPTY : known;
    }

    TakenPriors copy() {
        TakenPriors copy = new TakenPriors();
        copy.waiting = waiting;
        copy.service = service;
        copy.shelf = shelf;
        copy.changed = changed;
        copy.seen = seen;
        return copy;
    }
}
