package io.evenkeel.benchmarks.series;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A recorded series of which people said when something was wrong. Immutable; never shows its labels to a detector,
 * which is given {@link #epochSecond} and {@link #value} one by one.
 */
public final class LabelledSeries {
    private static final String HEADER = "t,v,l";

    private final String name;
    private final String domain;
    private final Source source;
    private final long[] epochSeconds;
    private final double[] values;
    private final boolean[] labels;
    private final double stepSeconds;

    /** Which rules a series is judged by. */
    public enum Source {
        /** Telemetry of services in operation: judged by pages a day. */
        OPS,
        /** The part of numenta/NAB recorded in the world. */
        NAB_REAL,
        /** The part of numenta/NAB that was made up; counts in NAB's own score alone. */
        NAB_ARTIFICIAL;

        boolean isNab() {
            return this != OPS;
        }
    }

    /**
     * Copies what it is given.
     *
     * @param name file name without endings, for example {@code mscmd__data-ingress-rate__ingress-03}; tells domain and
     *     source: {@code mscmd__X__y} is of domain X, {@code donut__y} of cdn-server, {@code nab__X__y} of the folder X
     * @param epochSeconds time of each point, s, never falling; at least two of them
     * @param values value of each point, finite, any unit
     * @param labels whether each point was called anomalous
     */
    public LabelledSeries(String name, long[] epochSeconds, double[] values, boolean[] labels) {
        if (epochSeconds.length < 2 || epochSeconds.length != values.length || values.length != labels.length) {
            throw new IllegalArgumentException(name + ": " + epochSeconds.length + " times, " + values.length
                    + " values and " + labels.length + " labels; as many of each are needed, and at least two");
        }
        this.name = name;
        this.epochSeconds = epochSeconds.clone();
        this.values = values.clone();
        this.labels = labels.clone();
        String[] parts = name.split("__", -1);
        source = sourceOf(parts);
        domain = domainOf(parts);
        stepSeconds = medianStep(name, epochSeconds);
    }

    private static Source sourceOf(String[] parts) {
        if (!parts[0].equals("nab")) {
            return Source.OPS;
        }
        return parts.length > 1 && parts[1].startsWith("artificial") ? Source.NAB_ARTIFICIAL : Source.NAB_REAL;
    }

    private static String domainOf(String[] parts) {
        if (parts[0].equals("donut")) {
            return "cdn-server";
        }
        return parts.length > 2 ? parts[1] : parts[0];
    }

    private static double medianStep(String name, long[] times) {
        long[] steps = new long[times.length - 1];
        for (int i = 1; i < times.length; i++) {
            steps[i - 1] = times[i] - times[i - 1];
            if (steps[i - 1] < 0) {
                throw new IllegalArgumentException(name + ": time falls at point " + i + ", " + times[i]);
            }
        }
        Arrays.sort(steps);
        int middle = steps.length / 2;
        double median = steps.length % 2 == 1 ? steps[middle] : (steps[middle - 1] + steps[middle]) / 2.0;
        if (median == 0) {
            throw new IllegalArgumentException(name + ": most of its points share their time with another");
        }
        return median;
    }

    /**
     * All series of a folder, by name: files {@code *.csv} and {@code *.csv.gz} that begin with {@code t,v,l} (epoch s,
     * value, 0 or 1). Other files are passed over.
     *
     * @throws IOException when a file cannot be read, or a row of it is no point (with file and line)
     */
    public static List<LabelledSeries> load(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file ->
                            file.toString().endsWith(".csv") || file.toString().endsWith(".csv.gz"))
                    .sorted()
                    .toList();
        }
        List<LabelledSeries> all = new ArrayList<>();
        for (Path file : files) {
            read(file).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private static Optional<LabelledSeries> read(Path file) throws IOException {
        String fileName = file.getFileName().toString();
        List<String> rows;
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain = fileName.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                BufferedReader lines = new BufferedReader(new InputStreamReader(plain, UTF_8))) {
            if (!HEADER.equals(lines.readLine())) {
                return Optional.empty();
            }
            rows = lines.lines().toList();
        }
        long[] times = new long[rows.size()];
        double[] values = new double[rows.size()];
        boolean[] labels = new boolean[rows.size()];
        for (int i = 0; i < times.length; i++) {
            try {
                String[] fields = rows.get(i).split(",", -1);
                times[i] = Long.parseLong(fields[0]);
                values[i] = Double.parseDouble(fields[1]);
                labels[i] = Integer.parseInt(fields[2]) == 1;
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException noPoint) {
                throw new IOException(file + ", line " + (i + 2) + ": no t,v,l: " + rows.get(i), noPoint);
            }
        }
        return Optional.of(new LabelledSeries(fileName.replaceFirst("\\.csv(\\.gz)?$", ""), times, values, labels));
    }

    /** File name without endings. */
    public String name() {
        return name;
    }

    /** What kind of thing was measured, for example {@code data-ingress-rate} or {@code cdn-server}. */
    public String domain() {
        return domain;
    }

    public Source source() {
        return source;
    }

    /** Number of points, at least 2. */
    public int length() {
        return values.length;
    }

    /** Time of a point, epoch s. */
    public long epochSecond(int point) {
        return epochSeconds[point];
    }

    public double value(int point) {
        return values[point];
    }

    /** Whether people called this point anomalous. */
    public boolean isLabelled(int point) {
        return labels[point];
    }

    /** Median distance of neighbouring points, s, above 0. */
    public double stepSeconds() {
        return stepSeconds;
    }
}
