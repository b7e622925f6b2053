package io.evenkeel.launcher;

import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.testbed.TestBed;
import io.evenkeel.testbed.TestBedOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The shop's processes as children of this one: its database, its platform (which runs the services), and its load. */
final class Shop {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final long STOP_SECONDS = 15;

    private final Terminal terminal;
    private final Parts parts;

    /**
     * @param parts where what is started is kept; who made them closes them
     */
    Shop(Parts parts, Terminal terminal) {
        this.parts = parts;
        this.terminal = terminal;
    }

    void start(TestBedOptions bed, PostgresServer.Options database) throws InterruptedException {
        long begin = System.nanoTime();
        terminal.line("Starting the shop (its own time, not Evenkeel's)");
        parts.start("the shop's PostgreSQL", () -> PostgresServer.start(database));
        Process supervisor = child("the shop's platform", () -> TestBed.supervisor(bed));
        try {
            TestBed.awaitShop(bed, supervisor, START_TIMEOUT, ready -> terminal.line("  " + ready + " replicas ready"));
        } catch (TestBed.NotStartedException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        tellWhenItEnds("the shop's platform", supervisor);
        tellWhenItEnds("the shop's load", child("the shop's load", () -> TestBed.loadGenerator(bed)));
        terminal.step("shop and its load", Duration.ofNanos(System.nanoTime() - begin));
    }

    private interface Preparation {
        ProcessBuilder prepare() throws IOException, TestBed.NotStartedException;
    }

    private record Child(Process process) implements AutoCloseable {
        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private Process child(String name, Preparation preparation) {
        return parts.start(name, () -> {
                    try {
                        return new Child(preparation.prepare().start());
                    } catch (IOException | TestBed.NotStartedException e) {
                        throw new StartupException("cannot start " + name + ": " + e.getMessage(), e);
                    }
                })
                .process();
    }

    /** Without it nothing of the story can go on. A moment later, because Ctrl-C reaches all of us at once. */
    private void tellWhenItEnds(String name, Process process) {
        process.onExit()
                .thenRunAsync(
                        () -> {
                            if (!parts.isClosing()) {
                                terminal.problem(name + " ended unasked with code " + process.exitValue()
                                        + "; Evenkeel goes on without it. Stop with Ctrl-C and start the demo again.");
                            }
                        },
                        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    }
}
