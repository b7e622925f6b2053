package io.evenkeel.launcher.evaluate;

import io.evenkeel.learning.baseline.Surprise;
import io.evenkeel.learning.baseline.SurpriseBank;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges each file {@code *.csv} or {@code *.csv.gz} of a directory as one signal that nobody knows anything about, by
 * {@link SurpriseBank}. Of a row only the first two columns are read, {@code t} in epoch seconds and
 * {@code v}; of the files only those whose header begins with them. A row that cannot be read is told and left out.
 */
public final class SeriesEvaluation {
    private static final String HEADER = "t,v";
    private static final int LONGEST_LINE = 10_000;
    /** Year 5138; beyond it a time is no second. */
    private static final long LAST_SECOND = 100_000_000_000L;

    private static final double MICRO = 1e6;

    private final Path out;
    private final Consumer<String> problem;
    /** Names of answers. */
    private final Set<String> answered = new HashSet<>();

    private int series;
    private int ignored;
    private long rows;
    private long alarms;
    private long badRows;

    /**
     * @param out directory of the answers, one file of the same name each
     * @param problem takes what is wrong with the input: file, line and what it should be
     */
    public SeriesEvaluation(Path out, Consumer<String> problem) {
        this.out = out;
        this.problem = problem;
    }

    /** What was done. */
    public record Outcome(int series, long rows, long alarms, int ignoredFiles, long badRows) {}

    /** @throws IOException when the directory cannot be read or an answer cannot be written */
    public Outcome run(Path directory) throws IOException {
        Files.createDirectories(out);
        if (Files.isSameFile(directory, out)) {
            throw new IOException("the answers would replace the data: name another --out than " + directory);
        }
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(Files::isRegularFile)
                    .filter(file -> isCsv(file.getFileName().toString()))
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
        }
        for (Path file : files) {
            judge(file);
        }
        return new Outcome(series, rows, alarms, ignored, badRows);
    }

    private static boolean isCsv(String name) {
        return name.endsWith(".csv") || name.endsWith(".csv.gz");
    }

    private void bad(String words) {
        badRows++;
        problem.accept(words);
    }

    private void judge(Path file) throws IOException {
        try (InputStream bytes = open(file)) {
            BufferedReader lines = lines(file, bytes);
            String header = read(lines);
            if (header == null || !(header.equals(HEADER) || header.startsWith(HEADER + ","))) {
                ignored++;
                return;
            }
            String name = file.getFileName().toString().replaceFirst("\\.gz$", "");
            if (!answered.add(name)) {
                bad(file + ": left out, as " + name + " is there unpacked too");
                return;
            }
            series++;
            try (Writer written = Files.newBufferedWriter(out.resolve(name))) {
                written.write("t,score,alarm\n");
                judge(file, lines, written);
            }
        } catch (UnreadableException e) {
            bad(file + ": " + e.getMessage());
        }
    }

    private void judge(Path file, BufferedReader lines, Writer written) throws IOException, UnreadableException {
        SurpriseBank bank = new SurpriseBank();
        int row = bank.add();
        Surprise said = new Surprise();
        long number = 1;
        for (String line = read(lines); line != null; line = read(lines)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            if (line.length() > LONGEST_LINE) {
                bad(file + ":" + number + ": left out: a line of more than " + LONGEST_LINE + " characters");
                continue;
            }
            int comma = line.indexOf(',');
            int end = comma < 0 ? -1 : line.indexOf(',', comma + 1);
            String time = comma < 0 ? line : line.substring(0, comma);
            String value = comma < 0 ? "" : end < 0 ? line.substring(comma + 1) : line.substring(comma + 1, end);
            long second;
            double measured;
            try {
                second = Long.parseLong(time.strip());
                measured = Double.parseDouble(value.strip());
            } catch (NumberFormatException e) {
                bad(file + ":" + number + ": left out: expected epoch seconds and a number, found " + shown(line));
                continue;
            }
            if (Math.abs(second) > LAST_SECOND) {
                bad(file + ":" + number + ": left out: " + second + " is no epoch second; are these milliseconds?");
                continue;
            }
            bank.judge(row, second * 1000, measured, said);
            rows++;
            alarms += said.isAlarm() ? 1 : 0;
            written.write(
                    second + "," + Math.rint(said.score * MICRO) / MICRO + "," + (said.isAlarm() ? "1\n" : "0\n"));
        }
    }

    private static String shown(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "…";
    }

    private static InputStream open(Path file) throws UnreadableException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UnreadableException("cannot be opened: " + e);
        }
    }

    private static BufferedReader lines(Path file, InputStream bytes) throws UnreadableException {
        try {
            InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UnreadableException("cannot be unpacked: " + e.getMessage());
        }
    }

    /** The file is no text of lines, so nothing more can be read of it. */
    private static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /** Reads a line without its end, null at the end of the file; of a longer one as much as shows that it is. */
    private static @Nullable String read(BufferedReader lines) throws UnreadableException {
        StringBuilder line = new StringBuilder();
        try {
            int next = lines.read();
            if (next < 0) {
                return null;
            }
            while (next >= 0 && next != '\n') {
                if (line.length() <= LONGEST_LINE) {
                    line.append((char) next);
                }
                next = lines.read();
            }
        } catch (IOException e) {
            throw new UnreadableException("cannot be read to its end: " + e.getMessage());
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return line.toString();
    }
}
