package io.evenkeel.launcher;

import java.util.concurrent.CountDownLatch;

/** Stops everything in order on Ctrl-C or TERM, also while it is starting. */
final class Shutdown {
    private Shutdown() {}

    /**
     * Closes the parts when the process ends, however it was asked to; called before the first part is started.
     *
     * @return never counted down: waiting on it keeps the command alive until the process ends
     */
    static CountDownLatch closes(Terminal terminal, Parts parts) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(terminal, parts), "shutdown"));
        return new CountDownLatch(1);
    }

    private static void close(Terminal terminal, Parts parts) {
        if (parts.isEmpty()) {
            // a start that failed closes what it had started before it says why; it may be about to
            parts.close();
            return;
        }
        terminal.line("Stopping …");
        parts.close();
        terminal.line("Stopped. Nothing accepted is lost; start again to go on.");
    }
}
