package io.evenkeel.testbed.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for good: its number together with its start time, so that a number used again is never taken for the
 * process that had it before. Read from {@code /proc} (Linux only).
 *
 * @param pid process number
 * @param startTicks start time in clock ticks since boot, field 22 of {@code /proc/PID/stat} (proc(5))
 */
public record ProcessIdentity(long pid, long startTicks) {
    /** Of this very process. */
    public static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("cannot read /proc/" + pid + "/stat"));
    }

    /** Of a living process; empty when there is none of that number or it is already a zombie. */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).filter(Stat::runs).map(stat -> new ProcessIdentity(pid, stat.startTicks()));
    }

    /** True while exactly this process runs. A zombie, which only waits to be reaped, does not. */
    public boolean isAlive() {
        return stat(pid)
                .filter(stat -> stat.runs() && stat.startTicks() == startTicks)
                .isPresent();
    }

    /** True when the process is held by SIGSTOP. */
    public boolean isStopped() {
        return stat(pid)
                .filter(stat -> stat.state() == 'T' && stat.startTicks() == startTicks)
                .isPresent();
    }

    /** CPU time used so far by all its threads, in clock ticks (100 a second on Linux); 0 when it is gone. */
    public long cpuTicks() {
        return stat(pid)
                .filter(stat -> stat.startTicks() == startTicks)
                .map(Stat::cpuTicks)
                .orElse(0L);
    }

    private record Stat(char state, long cpuTicks, long startTicks) {
        boolean runs() {
            return state != 'Z' && state != 'X';
        }
    }

    private static Optional<Stat> stat(long pid) {
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The command, field 2, stands in parentheses and may hold blanks and parentheses itself.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return Optional.of(new Stat(
                    fields[0].charAt(0),
                    Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                    Long.parseLong(fields[19])));
        } catch (IOException | RuntimeException gone) {
            return Optional.empty();
        }
    }
}
