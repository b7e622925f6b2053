package io.evenkeel.launcher;

import io.evenkeel.launcher.evaluate.SeriesEvaluation;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What the detector says of recorded data, for an independent scorer. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Write down what the detector says of recorded data, for a scorer that knows the truth."
                + " Needs no running Evenkeel. Exits 3 when some of the input could not be read.")
final class EvaluateCommand {
    private static final int NOT_ALL = 3;

    @ParentCommand
    private Evenkeel evenkeel;

    @Command(
            name = "series",
            mixinStandardHelpOptions = true,
            description = "Judge each CSV file t,v (epoch seconds, value) of a directory as a signal of its own, from"
                    + " nothing known. Writes t,score,alarm: the score is larger where the value is stranger and"
                    + " comparable between files, alarm is 0 or 1 at its default. The jobs do not go by it yet.")
    int series(
            @Option(names = "--data", required = true, paramLabel = "DIR", description = "The series, .csv or .csv.gz.")
                    Path data,
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "DIR",
                            description = "Where the answers go, a file of the same name each.")
                    Path out) {
        if (!Files.isDirectory(data)) {
            throw new StartupException(data + " is no directory: name the one with the series, --data DIR");
        }
        Terminal terminal = evenkeel.terminal();
        long begun = System.nanoTime();
        SeriesEvaluation.Outcome outcome;
        try {
            outcome = new SeriesEvaluation(out, terminal::problem).run(data);
        } catch (IOException e) {
            throw new StartupException("cannot write the answers: " + e, e);
        }
        terminal.line(String.format(
                Locale.ROOT,
                "{\"series\":%d,\"rows\":%d,\"alarms\":%d,\"ignored_files\":%d,\"bad_rows\":%d,\"seconds\":%.3f}",
                outcome.series(),
                outcome.rows(),
                outcome.alarms(),
                outcome.ignoredFiles(),
                outcome.badRows(),
                (System.nanoTime() - begun) / 1e9));
        return outcome.badRows() == 0 ? 0 : NOT_ALL;
    }
}
