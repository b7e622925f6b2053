package io.evenkeel.launcher;

import io.evenkeel.ingest.HttpAddress;
import io.evenkeel.ingest.replay.OtlpFile;
import io.evenkeel.ingest.replay.Pace;
import io.evenkeel.ingest.replay.Replay;
import io.evenkeel.launcher.kafka.DeadLetterReplay;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Sends what a Collector's file exporter has written through the door, with the times that it was recorded with; or what
 * lies on the dead letter topic to where it came from.
 */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Send recorded telemetry: the files of a Collector's file exporter, JSON or protobuf, zstd or not, or"
                        + " the dead letters. Its times stay as they were recorded.")
final class ReplayCommand implements Callable<Integer> {
    private static final int NOT_ALL = 3;

    /** What a protobuf file holds. */
    enum Signal {
        metrics,
        traces,
        logs
    }

    @ParentCommand
    private Evenkeel evenkeel;

    @Option(
            names = "--otlp",
            paramLabel = "PATH",
            description = "A file, or a directory whose files are sent in the order of their names.")
    @Nullable
    Path path;

    @Option(
            names = "--dead-letters",
            description =
                    "Send each record that could not be read to its topic again, once. After an upgrade that can.")
    boolean deadLetters;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Of the dead letters, only those whose reason has this text in it. Default: all.")
    String reason = "";

    @Option(names = "--dry-run", description = "Of the dead letters, tell what would be sent, and send nothing.")
    boolean dryRun;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9392",
            description = "The Kafka that has the dead letters. Default: ${DEFAULT-VALUE}, that of ./evenkeel run.")
    String kafka = "127.0.0.1:9392";

    @Option(
            names = "--signal",
            paramLabel = "metrics|traces|logs",
            description = "What protobuf files hold; JSON says it itself. Default: not told.")
    @Nullable
    Signal signal;

    @Option(
            names = {"--endpoint", "--to"},
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:4318",
            description = "The OTLP/HTTP receiver. Default: ${DEFAULT-VALUE}.")
    String door = "http://127.0.0.1:4318";

    @Option(
            names = "--skip",
            paramLabel = "N",
            defaultValue = "0",
            description = "Pass the first N requests by, of all files together: to go on after a run that ended early,"
                    + " which says its N. Default: ${DEFAULT-VALUE}.")
    long skip;

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "max",
            description = "Requests as far apart as they were recorded, divided by N, file by file; max = each as soon"
                    + " as the one before is taken. Default: ${DEFAULT-VALUE}.")
    String speed = "max";

    @Option(
            names = "--token-stdin",
            description = "Read the bearer token to show from the first line of the input. Default: show none.")
    boolean tokenFromInput;

    @Override
    public Integer call() throws InterruptedException {
        if (deadLetters == (path != null)) {
            throw new StartupException("name what to replay: --otlp PATH, or --dead-letters");
        }
        return path == null ? sendDeadLetters() : sendFiles(path);
    }

    private int sendDeadLetters() {
        DeadLetterReplay.Outcome outcome = new DeadLetterReplay(kafka).run(reason, dryRun);
        Terminal terminal = evenkeel.terminal();
        outcome.sent()
                .forEach((topic, count) -> terminal.line(count + (dryRun ? " would go" : " sent") + " to " + topic));
        outcome.reasons().forEach((words, count) -> terminal.line("  " + count + " of them because of: " + words));
        if (outcome.sent().isEmpty()) {
            terminal.line("no dead letter to send");
        }
        if (outcome.before() > 0) {
            terminal.line(outcome.before() + " were sent before and are left alone");
        }
        if (outcome.cut() > 0) {
            terminal.problem(outcome.cut() + " were cut at 900 kB when they were put aside, so they cannot be sent");
        }
        if (outcome.homeless() > 0) {
            terminal.problem(outcome.homeless() + " name no topic of this Kafka, so they cannot be sent");
        }
        return outcome.cut() + outcome.homeless() == 0 ? 0 : NOT_ALL;
    }

    private int sendFiles(Path path) throws InterruptedException {
        Replay replay = replay();
        try {
            for (Path file : files(path)) {
                try (OtlpFile recorded = new OtlpFile(file, told(signal), "--signal")) {
                    replay.send(recorded);
                }
                evenkeel.terminal().line(file + ": sent");
            }
        } catch (ConnectException e) {
            throw new StartupException(
                    "nobody listens at " + door + "; start ./evenkeel run, or name another with --endpoint"
                            + soFar(replay.outcome()),
                    e);
        } catch (IOException e) {
            throw new StartupException(
                    (e.getMessage() == null ? e.toString() : e.getMessage()) + soFar(replay.outcome()), e);
        }
        Replay.Outcome outcome = replay.outcome();
        if (outcome.done() < skip) {
            throw new StartupException(path + " holds " + outcome.done() + " requests, and --skip passes " + skip
                    + " by: nothing was sent");
        }
        evenkeel.terminal()
                .line(outcome.sent() + " requests taken, " + outcome.refused() + " refused, " + outcome.partly()
                        + " taken in part");
        if (!outcome.firstRefusal().isEmpty()) {
            evenkeel.terminal().problem("the first: " + outcome.firstRefusal());
        }
        return outcome.refused() == 0 ? 0 : NOT_ALL;
    }

    private Replay replay() {
        if (skip < 0) {
            throw new StartupException("--skip must be at least 0, not " + skip);
        }
        try {
            return new Replay(
                    HttpAddress.of(door), tokenFromInput ? token() : null, skip, pace(), evenkeel.terminal()::line);
        } catch (IllegalArgumentException e) {
            throw new StartupException("--endpoint or --token-stdin: " + e.getMessage(), e);
        }
    }

    private Pace pace() {
        try {
            return Pace.of(speed.equals("max") ? Double.POSITIVE_INFINITY : Double.parseDouble(speed));
        } catch (IllegalArgumentException e) {
            throw new StartupException("--speed must be max or a number above 0, not " + speed, e);
        }
    }

    /** Where a next run goes on; empty when it begins anew. A request without an answer may have been taken. */
    private static String soFar(Replay.Outcome outcome) {
        return outcome.done() == 0
                ? ""
                : ". Until then " + outcome.sent() + " requests were taken and " + outcome.refused()
                        + " refused; go on with --skip " + outcome.done();
    }

    /** A file, or the files of a directory in the order of their names. */
    static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new StartupException("there is no " + path + " to read (--otlp)");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static @Nullable OtlpSignal told(@Nullable Signal signal) {
        if (signal == null) {
            return null;
        }
        return switch (signal) {
            case metrics -> OtlpSignal.METRICS;
            case traces -> OtlpSignal.SPANS;
            case logs -> OtlpSignal.LOGS;
        };
    }

    private static String token() {
        try (Scanner input = new Scanner(System.in, StandardCharsets.UTF_8)) {
            return input.hasNextLine() ? input.nextLine().strip() : "";
        }
    }
}
