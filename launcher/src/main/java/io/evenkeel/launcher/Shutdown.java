package io.evenkeel.launcher;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops everything in order on Ctrl-C or TERM. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private Shutdown() {}

    /**
     * Closes the parts, first to last, when the process is asked to stop.
     *
     * @return never counted down: waiting on it keeps the command alive until the process ends
     */
    static CountDownLatch closes(Terminal terminal, AutoCloseable... parts) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            terminal.line("Stopping …");
                            for (AutoCloseable part : parts) {
                                try {
                                    part.close();
                                } catch (Exception e) {
                                    LOG.warn("a part did not stop in order", e);
                                }
                            }
                            terminal.line("Stopped. Nothing accepted is lost; start again to go on.");
                        },
                        "shutdown"));
        return new CountDownLatch(1);
    }
}
