package io.evenkeel.testbed.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals that {@link Process} cannot: a stop and a continue. */
public final class Signals {
    private Signals() {}

    /** Freezes the process where it stands (SIGSTOP); it cannot refuse. */
    public static void stop(ProcessIdentity process) {
        send("STOP", process);
    }

    /** Lets a frozen process run on (SIGCONT). */
    public static void resume(ProcessIdentity process) {
        send("CONT", process);
    }

    /** Ends the process at once (SIGKILL), also a frozen one. */
    public static void kill(ProcessIdentity process) {
        send("KILL", process);
    }

    /** The shell's own {@code kill} is used: it is there on every Linux, the program of that name is not. */
    private static void send(String signal, ProcessIdentity process) {
        if (!process.isAlive()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot send SIG" + signal + " to process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
