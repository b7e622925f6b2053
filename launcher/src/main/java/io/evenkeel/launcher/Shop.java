package io.evenkeel.launcher;

import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.testbed.TestBed;
import io.evenkeel.testbed.TestBedOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The shop's processes as children of this one: its database, its platform (which runs the services), and its load. */
final class Shop implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final long STOP_SECONDS = 15;

    private final Terminal terminal;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    Shop(Terminal terminal) {
        this.terminal = terminal;
    }

    void start(TestBedOptions bed, PostgresServer.Options database) throws InterruptedException {
        long begin = System.nanoTime();
        terminal.line("Starting the shop (its own time, not Evenkeel's)");
        try {
            parts.push(PostgresServer.start(database));
            Process supervisor = TestBed.supervisor(bed).start();
            parts.push(() -> stop(supervisor));
            TestBed.awaitShop(bed, supervisor, START_TIMEOUT, ready -> terminal.line("  " + ready + " replicas ready"));
            Process load = TestBed.loadGenerator(bed).start();
            parts.push(() -> stop(load));
        } catch (IOException | TestBed.NotStartedException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        terminal.step("shop and its load", Duration.ofNanos(System.nanoTime() - begin));
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
