package io.evenkeel.testbed.fault;

import io.evenkeel.testbed.process.ProcessIdentity;
import java.io.IOException;

/** Less CPU for one process, until it is let go. */
public interface CpuHold {
    /** How it is done, for people: which mechanism, which figure. */
    String how();

    /** Gives the process its CPU back; does nothing for one that has ended. */
    void release();

    /** How much CPU is left. */
    enum Level {
        /** A little more than it needs on average: bursts wait, requests get slower. */
        TIGHT(1.3, 0.4),
        /** Less than it needs: work piles up. */
        SHORT(0.8, 0.65),
        /** Half of what it needs. */
        STARVED(0.5, 0.85);

        private final double shareOfNeed;
        private final double frozenShare;

        Level(double shareOfNeed, double frozenShare) {
            this.shareOfNeed = shareOfNeed;
            this.frozenShare = frozenShare;
        }

        /** Quota as a share of what the process used before, above 0. */
        double shareOfNeed() {
            return shareOfNeed;
        }

        /** Part of the time a process is frozen where no quota can be set, 0..1. */
        double frozenShare() {
            return frozenShare;
        }
    }

    /**
     * Takes CPU from a process, by a cgroup quota where one can be set, else by stopping and continuing it.
     *
     * @param process who
     * @param needTicks CPU it used in the last second, clock ticks (100 are one core)
     * @param level how much is left
     */
    static CpuHold take(ProcessIdentity process, double needTicks, Level level) {
        try {
            return CgroupQuota.set(process, Math.max(0.01, needTicks / 100 * level.shareOfNeed()));
        } catch (IOException noCgroup) {
            return DutyCycle.start(process, level.frozenShare(), String.valueOf(noCgroup.getMessage()));
        }
    }
}
