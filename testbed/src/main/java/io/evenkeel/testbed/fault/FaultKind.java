package io.evenkeel.testbed.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be done to a service of the shop. Each is real: a signal, a release, a link, a file; never edited telemetry. */
public enum FaultKind {
    BAD_DEPLOY(
            "a release that fails part of its calls is built and rolled out",
            "20 %, 50 % or 90 % of the calls fail",
            "roll back to the release before",
            true),
    HANG(
            "one replica is frozen (SIGSTOP): it takes connections and never answers",
            "the same at every intensity",
            "drain and restart the replica, TERM then KILL",
            true),
    CRASH(
            "one replica is killed (SIGKILL) and stays down",
            "the same at every intensity",
            "start the replica again",
            true),
    LATENCY(
            "a slow link is put before the service: a TCP proxy that delays every request",
            "200, 400 or 800 ms",
            "none in the catalogue: the network is somebody else's",
            false),
    CPU(
            "every replica gets little CPU: a cgroup quota where one can be set, else a stop/continue cycle",
            "1.3, 0.8 or 0.5 times what it used before; or frozen for 40, 65 or 85 % of the time",
            "scale out",
            true),
    POISONED_RECORD(
            "part of the service's reference data is corrupted: requests for those products fail",
            "5 %, 15 % or 40 % of the products",
            "none: nothing in the runbooks knows this cause",
            false);

    private final String what;
    private final String intensities;
    private final String remedy;
    private final boolean hasRunbook;

    FaultKind(String what, String intensities, String remedy, boolean hasRunbook) {
        this.what = what;
        this.intensities = intensities;
        this.remedy = remedy;
        this.hasRunbook = hasRunbook;
    }

    /** The word on command lines and in JSON, for example {@code bad-deploy}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What is done, in one sentence. */
    public String what() {
        return what;
    }

    /** What intensities 1, 2 and 3 mean. */
    public String intensities() {
        return intensities;
    }

    /** What a runbook of the demo does about it. */
    public String remedy() {
        return remedy;
    }

    /** False for a fault that is to be explained and not acted on. */
    public boolean hasRunbook() {
        return hasRunbook;
    }

    /** True when it outlives the processes it was done to: it is in a release or in a file. */
    public boolean isDurable() {
        return this == BAD_DEPLOY || this == POISONED_RECORD;
    }

    /**
     * Reads {@link #word()}, or {@code unknown} for the fault without a known cause.
     *
     * @throws IllegalArgumentException with a message that lists the words
     */
    public static FaultKind of(String word) {
        if (word.equals("unknown")) {
            return POISONED_RECORD;
        }
        for (FaultKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no fault '" + word + "'; faults are " + words());
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(FaultKind::word).toList();
    }
}
