package io.evenkeel.remediation.incident;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the control plane's own clock whether an environment has gone silent, independently of the jobs: when the
 * detection job is dead it cannot say so itself. Pure.
 */
public final class Blindness {
    /** An environment that has been silent for longer than this before we looked is taken as gone, not as blind. */
    private static final Duration GONE = Duration.ofHours(24);

    private final Duration after;
    private final Duration afterStart;

    /**
     * @param after silence that makes blind, default 60 s
     * @param afterStart how long our own start may explain the silence, default 3 min: brokers, jobs and services start
     *     too
     */
    public Blindness(Duration after, Duration afterStart) {
        this.after = after;
        this.afterStart = afterStart;
    }

    /** What to do about an environment. */
    public enum Step {
        NOTHING,
        OPEN,
        MITIGATE,
        OPEN_AGAIN,
        RESOLVE
    }

    /**
     * @param arrivedAt when data of the environment last came in
     * @param startedAt when this process started
     * @param state state of the incident about it, null when there is none for this silence or the ones before
     * @param backAt when data came back, null while it has not
     * @param resolveAfter how long it must have been back
     */
    public Step judge(
            Instant arrivedAt,
            Instant startedAt,
            Instant now,
            io.evenkeel.domain.incident.@Nullable IncidentState state,
            @Nullable Instant backAt,
            Duration resolveAfter) {
        boolean silent = isSilent(arrivedAt, startedAt, now);
        if (state == null) {
            return silent && arrivedAt.isAfter(startedAt.minus(GONE)) ? Step.OPEN : Step.NOTHING;
        }
        return switch (state) {
            case OPEN -> silent || backAt == null ? Step.NOTHING : Step.MITIGATE;
            case MITIGATED -> {
                if (silent) {
                    yield Step.OPEN_AGAIN;
                }
                yield backAt != null && !backAt.plus(resolveAfter).isAfter(now) ? Step.RESOLVE : Step.NOTHING;
            }
            case RESOLVED, SUPERSEDED, MERGED -> Step.NOTHING;
        };
    }

    private boolean isSilent(Instant arrivedAt, Instant startedAt, Instant now) {
        return arrivedAt.plus(after).isBefore(now) && startedAt.plus(afterStart).isBefore(now);
    }
}
