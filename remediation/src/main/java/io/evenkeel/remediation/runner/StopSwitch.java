package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.gate.Stop;
import io.evenkeel.remediation.postgres.PostgresStops;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether acting is stopped: by a flag in the database, by a file on this machine (for when the console is down), or
 * because the database cannot be asked. Never cached: each step asks anew.
 */
public final class StopSwitch {
    private final PostgresStops stops;
    private final Path file;

    /**
     * @param file engages everything while it exists, for example {@code <data-dir>/STOP}
     */
    public StopSwitch(PostgresStops stops, Path file) {
        this.stops = stops;
        this.file = file;
    }

    public List<Stop> engaged() {
        List<Stop> all = new ArrayList<>();
        if (Files.exists(file)) {
            all.add(new Stop(Stop.GLOBAL, "file " + file.getFileName(), "remove " + file + " to release"));
        }
        Optional<List<Stop>> flags = stops.engagedIfReadable();
        if (flags.isEmpty()) {
            all.add(new Stop(Stop.GLOBAL, "evenkeel", "the database cannot be asked, which counts as engaged"));
        }
        flags.ifPresent(all::addAll);
        return all;
    }

    /** Stops that cover a repair with these executors. */
    public List<Stop> covering(String environment, String runbook, List<String> executors) {
        return engaged().stream()
                .filter(stop -> executors.stream().anyMatch(executor -> stop.covers(environment, executor, runbook)))
                .toList();
    }
}
