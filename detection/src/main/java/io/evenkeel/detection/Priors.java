package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Prior;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The priors that wait for their signals: a signal that appears, or is there already, takes its own, and the book it
 * belongs to keeps it from then on. A prior of a replica's signal names no slot and is for every replica of its service,
 * also for those on hosts that come later. Owned by one thread.
 *
 * <p>At most {@value #MOST} wait, about 500 B each; when another comes, the one whose history ended first gives way.
 * What signals have taken is not touched by that.
 */
public final class Priors {
    /** A shop of 80 services with 100 signals each; packed 4 MB, which every subtask holds and writes. */
    public static final int MOST = 8_192;

    static final Priors NONE = new Priors();

    private final Map<String, Map<String, Prior>> byService = new HashMap<>();
    /** Of each service that ever had one. */
    private final Map<String, Long> versions = new HashMap<>();

    private int size;

    /**
     * Lets a prior wait, in place of an earlier one of its signal.
     *
     * @param signalId {@code SignalKey.id()} without a slot
     * @return signal whose prior gave way, null when there was room
     * @throws IllegalArgumentException if the id is none
     */
    public @Nullable String put(String signalId, Prior prior) {
        SignalKey key = SignalKey.parse(signalId);
        if (!key.slot().isEmpty()) {
            throw new IllegalArgumentException("a prior is for every replica, '" + signalId + "' names one");
        }
        versions.merge(key.service().id(), 1L, Long::sum);
        Map<String, Prior> of = byService.computeIfAbsent(key.service().id(), service -> new HashMap<>());
        if (of.put(signalId, prior) == null) {
            size++;
        }
        return size > MOST ? oldestGivesWay() : null;
    }

    /** Nobody shall take it any more; those who have keep it. */
    public void remove(String signalId) {
        String service = SignalKey.parse(signalId).service().id();
        Map<String, Prior> of = byService.getOrDefault(service, Map.of());
        if (of.containsKey(signalId)) {
            of.remove(signalId);
            size--;
            if (of.isEmpty()) {
                byService.remove(service);
            }
        }
    }

    private String oldestGivesWay() {
        String oldest = byService.values().stream()
                .flatMap(of -> of.entrySet().stream())
                .min(Comparator.comparingLong((Map.Entry<String, Prior> entry) ->
                                entry.getValue().untilMillis())
                        .thenComparing(Map.Entry::getKey))
                .orElseThrow()
                .getKey();
        remove(oldest);
        return oldest;
    }

    public int size() {
        return size;
    }

    /** Rises with every prior that comes for the service with the given id; others need not look for theirs again. */
    long version(String serviceId) {
        return versions.getOrDefault(serviceId, 0L);
    }

    /** Priors by signal id, of the service with the given id. */
    Map<String, Prior> of(String serviceId) {
        return byService.getOrDefault(serviceId, Map.of());
    }
}
