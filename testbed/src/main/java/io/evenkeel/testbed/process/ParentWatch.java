package io.evenkeel.testbed.process;

import java.util.concurrent.TimeUnit;

/**
 * Ends this process when its parent is gone, however the parent went: a parent killed with {@code kill -9} can tell
 * nobody. Looks every 500 ms, so a process outlives its parent by at most about that time. A process frozen by SIGSTOP
 * cannot look; {@link OrphanGuard} covers that.
 */
public final class ParentWatch {
    private static final long LOOK_EVERY_MILLIS = 500;

    private ParentWatch() {}

    /**
     * Starts to watch, in a daemon thread.
     *
     * @param parentPid the process to live with; 0 watches nobody (a process started by hand)
     * @param onGone run once when the parent is gone; it must end this process
     * @throws IllegalStateException if there is no process of that number now
     */
    public static void start(long parentPid, Runnable onGone) {
        if (parentPid == 0) {
            return;
        }
        ProcessIdentity parent = ProcessIdentity.of(parentPid)
                .orElseThrow(() -> new IllegalStateException(
                        "the parent process " + parentPid + " is gone already; nothing to live for"));
        Thread watch = new Thread(() -> watch(parent, onGone), "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void watch(ProcessIdentity parent, Runnable onGone) {
        try {
            while (parent.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onGone.run();
    }
}
