package io.evenkeel.testbed.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Sees to it that no process started by this one stays behind, even a frozen one after {@code kill -9} of this one. Each
 * process started is written to a file; a tiny shell process waits for this one to end and then kills what is listed
 * and still is the same process. {@link #sweep} does the same at the next start, should the guard itself have been
 * killed.
 */
public final class OrphanGuard {
    /** Arguments: pid and start ticks of the guarded parent, the list. Start time is field 20 after the command. */
    private static final String SCRIPT = """
            trap '' INT HUP TERM
            same() {
              read -r line 2>/dev/null </proc/$1/stat || return 1
              set -- "$2" ${line##*) }
              [ "$2" != Z ] && [ "$2" != X ] && [ "${21}" = "$1" ]
            }
            while same "$1" "$2"; do sleep 0.5; done
            while read -r pid ticks; do
              same "$pid" "$ticks" && kill -KILL "$pid"
            done <"$3"
            """;

    private final Path list;

    private OrphanGuard(Path list) {
        this.list = list;
    }

    /**
     * Sweeps what an earlier run left and starts the guard.
     *
     * @param list file of the processes started, one {@code pid ticks} a line; owned by the guard
     * @throws IOException if the list cannot be written or no shell can be started
     */
    public static OrphanGuard start(Path list) throws IOException {
        sweep(list);
        Files.writeString(list, "");
        ProcessIdentity self = ProcessIdentity.current();
        new ProcessBuilder(
                        "sh",
                        "-c",
                        SCRIPT,
                        "evenkeel-orphan-guard",
                        Long.toString(self.pid()),
                        Long.toString(self.startTicks()),
                        list.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new OrphanGuard(list);
    }

    /** Adds a process that must not outlive this one. */
    public synchronized void add(ProcessIdentity process) throws IOException {
        Files.writeString(
                list,
                process.pid() + " " + process.startTicks() + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Kills what is listed and still is the same process; returns how many that were. */
    static int sweep(Path list) throws IOException {
        if (!Files.exists(list)) {
            return 0;
        }
        int killed = 0;
        for (String line : Files.readAllLines(list)) {
            Optional<ProcessIdentity> left = parse(line).filter(ProcessIdentity::isAlive);
            left.ifPresent(Signals::kill);
            killed += left.isPresent() ? 1 : 0;
        }
        return killed;
    }

    private static Optional<ProcessIdentity> parse(String line) {
        String[] parts = line.split(" ");
        try {
            return parts.length == 2
                    ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                    : Optional.empty();
        } catch (NumberFormatException halfWrittenLine) {
            return Optional.empty();
        }
    }
}
