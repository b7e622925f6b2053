package io.evenkeel.testbed.fault;

import io.evenkeel.testbed.process.ProcessIdentity;
import io.evenkeel.testbed.process.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Takes CPU from a process without any rights over control groups: it is frozen and let go in turn, by a small shell
 * process that ends with its target or with the one who started it.
 */
final class DutyCycle implements CpuHold {
    private static final double PERIOD_SECONDS = 0.4;
    /** Arguments: target, owner, seconds frozen, seconds running. */
    private static final String SCRIPT = """
            trap '' INT
            while [ -d /proc/$1 ] && [ -d /proc/$2 ]; do
              kill -STOP "$1" 2>/dev/null || exit
              sleep "$3"
              kill -CONT "$1" 2>/dev/null || exit
              sleep "$4"
            done
            kill -CONT "$1" 2>/dev/null
            """;

    private final ProcessIdentity target;
    private final Process cycle;
    private final String how;

    private DutyCycle(ProcessIdentity target, Process cycle, String how) {
        this.target = target;
        this.cycle = cycle;
        this.how = how;
    }

    static DutyCycle start(ProcessIdentity target, double frozenShare, String whyNoQuota) {
        String frozen = String.format(Locale.ROOT, "%.3f", PERIOD_SECONDS * frozenShare);
        String running = String.format(Locale.ROOT, "%.3f", PERIOD_SECONDS * (1 - frozenShare));
        try {
            Process cycle = new ProcessBuilder(
                            "sh",
                            "-c",
                            SCRIPT,
                            "evenkeel-duty-cycle",
                            Long.toString(target.pid()),
                            Long.toString(ProcessHandle.current().pid()),
                            frozen,
                            running)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new DutyCycle(
                    target,
                    cycle,
                    String.format(
                            Locale.ROOT,
                            "stop/continue cycle, frozen %.0f %% of the time, on process %d (%s)",
                            frozenShare * 100,
                            target.pid(),
                            whyNoQuota));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String how() {
        return how;
    }

    @Override
    public void release() {
        cycle.destroyForcibly();
        try {
            cycle.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Signals.resume(target);
    }
}
