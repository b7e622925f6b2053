package io.evenkeel.testbed.fault;

import io.evenkeel.testbed.process.ProcessIdentity;
import java.io.IOException;

/** Less CPU for one process, until it is let go. */
public interface CpuHold {
    /** How it is done, for people: which mechanism, which figure. */
    String how();

    /** Gives the process its CPU back; does nothing for one that has ended. */
    void release();

    /**
     * Takes a share of the CPU from a process, by a cgroup quota where one can be set, else by stopping and continuing it.
     *
     * @param process who
     * @param needTicks CPU it used in the last second, clock ticks (100 are one core)
     * @param missingShare share of its need that shall be missing, above 0 and below 1
     */
    static CpuHold take(ProcessIdentity process, double needTicks, double missingShare) {
        double cores = Math.max(0.01, needTicks / 100 * (1 - missingShare));
        try {
            return CgroupQuota.set(process, cores);
        } catch (IOException noCgroup) {
            return DutyCycle.start(process, missingShare, String.valueOf(noCgroup.getMessage()));
        }
    }
}
