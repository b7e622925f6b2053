package io.evenkeel.testbed.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testbed.Bed;
import io.evenkeel.testbed.process.ProcessIdentity;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CpuHoldTest {
    /** Whichever mechanism this machine allows: it says so, and the process gets much less than it wants. */
    @Test
    void aBusyProcessGetsLittleUntilItIsLetGo() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            ProcessIdentity process = ProcessIdentity.of(busy.pid()).orElseThrow();
            CpuHold hold = CpuHold.take(process, 40, CpuHold.Level.STARVED);
            assertThat(hold.how())
                    .containsAnyOf("cgroup v1 quota of 20.0 %", "cgroup v2 quota of 20.0 %", "frozen 85 %");
            TimeUnit.MILLISECONDS.sleep(300);
            assertThat(ticksInASecond(process)).isLessThan(45);
            hold.release();
            Bed.await("it runs again", Duration.ofSeconds(5), () -> !process.isStopped());
        } finally {
            busy.destroyForcibly().waitFor();
        }
    }

    @Test
    void withoutACgroupItIsStoppedAndContinued() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            ProcessIdentity process = ProcessIdentity.of(busy.pid()).orElseThrow();
            CpuHold hold = DutyCycle.start(process, 0.85, "no cgroup here");
            assertThat(hold.how()).contains("frozen 85 %", "no cgroup here");
            Bed.await("it is frozen at times", Duration.ofSeconds(5), process::isStopped);
            hold.release();
            Bed.await("it runs again", Duration.ofSeconds(5), () -> !process.isStopped());
        } finally {
            busy.destroyForcibly().waitFor();
        }
    }

    private static long ticksInASecond(ProcessIdentity process) throws InterruptedException {
        long before = process.cpuTicks();
        TimeUnit.SECONDS.sleep(1);
        return process.cpuTicks() - before;
    }
}
