package io.evenkeel.console.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the house itself is, for the header of every page.
 *
 * @param now the database's clock
 * @param newestData end of the newest window of data, null when none came within a day
 * @param openIncidents open or mitigated
 * @param waitingApprovals repairs that wait for a yes
 * @param liveSignals signals that reported within five minutes
 * @param services services behind them
 * @param environments their environments, in order
 * @param stops stop buttons that are pressed
 * @param configError why the configuration directory was last refused, null when it was taken
 * @param limits bounds of what is kept that have been reached, at most three
 * @param newestEvent newest number of the event table, from which a page goes on live
 */
public record Health(
        Instant now,
        @Nullable Instant newestData,
        int openIncidents,
        int waitingApprovals,
        int liveSignals,
        int services,
        List<String> environments,
        List<Stop> stops,
        @Nullable String configError,
        List<Limit> limits,
        long newestEvent) {
    public Health {
        environments = List.copyOf(environments);
        stops = List.copyOf(stops);
        limits = List.copyOf(limits);
    }

    /**
     * More series or operations than are kept of a service: what is new is refused, what was known stays judged.
     *
     * @param owner host or pod owner, empty for the service's operations and calls
     * @param metric what has most of them, empty when it could not be told
     * @param attribute the attribute of it that takes most values, empty when it could not be told
     * @param values how many
     */
    public record Limit(String service, String owner, String metric, String attribute, String values) {}

    /** How fresh what we see is. */
    public enum Sight {
        /** No data has come yet. */
        NOTHING,
        CLEAR,
        STALE,
        BLIND
    }

    public Sight sight(Duration warnAfter, Duration blindAfter) {
        Instant newest = newestData;
        if (newest == null) {
            return Sight.NOTHING;
        }
        Duration age = Duration.between(newest, now);
        if (age.compareTo(blindAfter) > 0) {
            return Sight.BLIND;
        }
        return age.compareTo(warnAfter) > 0 ? Sight.STALE : Sight.CLEAR;
    }

    /**
     * @param scope what is stopped, {@code global} for all
     * @param by who pressed it
     * @param reason why
     * @param at when
     * @param releaseAskedBy who asked for its release and waits for a second person, null for nobody
     */
    public record Stop(
            String scope,
            String by,
            String reason,
            Instant at,
            @Nullable String releaseAskedBy) {}
}
