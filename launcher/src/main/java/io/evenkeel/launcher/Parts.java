package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a command has started, closed last first. Closing waits for what is just starting, so that a child process which
 * appears in that very moment is stopped too, and lets nothing more start. Safe for any thread.
 */
final class Parts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Object oneCloser = new Object();
    private boolean closing;

    private record Part(String name, CompletableFuture<? extends AutoCloseable> started) {}

    /** Starts a part in this thread. */
    <T extends AutoCloseable> T start(String name, Supplier<T> start) {
        CompletableFuture<T> started = new CompletableFuture<>();
        push(new Part(name, started));
        return run(start, started);
    }

    /** Starts a part beside others; its place in the order of closing is that of this call. */
    <T extends AutoCloseable> CompletableFuture<T> starting(String name, Supplier<T> start) {
        CompletableFuture<T> started = new CompletableFuture<>();
        push(new Part(name, started));
        var unused = CompletableFuture.runAsync(() -> run(start, started));
        return started;
    }

    private static <T extends AutoCloseable> T run(Supplier<T> start, CompletableFuture<T> started) {
        try {
            T part = start.get();
            started.complete(part);
            return part;
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
            throw e;
        }
    }

    /** Waits for a part; its failure is thrown as it was. */
    static <T> T join(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void push(Part part) {
        synchronized (parts) {
            if (closing) {
                throw new StartupException("stopped while it was starting");
            }
            parts.push(part);
        }
    }

    boolean isClosing() {
        synchronized (parts) {
            return closing;
        }
    }

    boolean isEmpty() {
        synchronized (parts) {
            return parts.isEmpty();
        }
    }

    @Override
    public void close() {
        synchronized (oneCloser) {
            for (Part part = last(); part != null; part = last()) {
                close(part);
            }
        }
    }

    private @Nullable Part last() {
        synchronized (parts) {
            closing = true;
            return parts.poll();
        }
    }

    private static void close(Part part) {
        try {
            part.started().join().close();
        } catch (CompletionException e) {
            LOG.info("{} never started, so it need not be stopped", part.name());
        } catch (Exception | AssertionError e) {
            // Kafka's exits throw AssertionError where they are kept from ending the process
            LOG.warn("{} did not stop in order", part.name(), e);
        }
    }
}
