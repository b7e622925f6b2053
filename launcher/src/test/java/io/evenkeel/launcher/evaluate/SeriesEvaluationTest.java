package io.evenkeel.launcher.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesEvaluationTest {
    private static final int ROWS = 3000;

    @TempDir
    private Path directory;

    private final List<String> problems = new ArrayList<>();
    private Path data;
    private Path out;

    @BeforeEach
    void makeDirectories() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        out = directory.resolve("out");
    }

    @Test
    void eachRowHasAnAnswer_andTheSpikeIsTheStrangest() throws IOException {
        Files.writeString(data.resolve("a.csv"), noise(1, ROWS, ""));

        SeriesEvaluation.Outcome outcome = run();

        List<String> answer = Files.readAllLines(out.resolve("a.csv"));
        assertThat(answer).hasSize(ROWS + 1).first().isEqualTo("t,score,alarm");
        assertThat(strangest(answer)).startsWith((2000L * 300) + ",").endsWith(",1");
        assertThat(outcome.rows()).isEqualTo(ROWS);
        assertThat(outcome.alarms()).isPositive();
        assertThat(problems).isEmpty();
    }

    /** Labels and whatever else stands behind the value are for scorers alone. */
    @Test
    void furtherColumnsAndTheFilesName_changeNothing() throws IOException {
        Files.writeString(data.resolve("a.csv"), noise(2, ROWS, ""));
        Files.writeString(data.resolve("z.csv"), noise(2, ROWS, ",1,anything"));
        Files.write(data.resolve("m.csv.gz"), packed(noise(2, ROWS, ",0")));

        run();

        assertThat(out.resolve("z.csv")).hasSameTextualContentAs(out.resolve("a.csv"));
        assertThat(out.resolve("m.csv")).hasSameTextualContentAs(out.resolve("a.csv"));
    }

    @Test
    void scoresOfAPrefix_areThePrefixOfTheScores() throws IOException {
        Files.writeString(data.resolve("all.csv"), noise(3, ROWS, ""));
        Files.writeString(data.resolve("part.csv"), noise(3, ROWS / 3, ""));

        run();

        assertThat(Files.readAllLines(out.resolve("part.csv")))
                .isEqualTo(Files.readAllLines(out.resolve("all.csv")).subList(0, ROWS / 3 + 1));
    }

    @Test
    void rowsThatCannotBeRead_areNamedAndLeftOut_andNothingElseIs() throws IOException {
        Files.writeString(
                data.resolve("a.csv"),
                "t,v\r\n1000,1\r\nyesterday,2\n1600,\n\n1900\n1700000000000,3\n2200,NaN\n2500,1e400\n2800, 4 ,x\n");

        SeriesEvaluation.Outcome outcome = run();

        assertThat(Files.readAllLines(out.resolve("a.csv")))
                .extracting(line -> line.split(",")[0])
                .containsExactly("t", "1000", "2200", "2500", "2800");
        assertThat(outcome.badRows()).isEqualTo(4);
        assertThat(problems)
                .hasSize(4)
                .anySatisfy(words -> assertThat(words).contains("a.csv:3:", "yesterday"))
                .anySatisfy(words -> assertThat(words).contains("a.csv:4:"))
                .anySatisfy(words -> assertThat(words).contains("a.csv:6:"))
                .anySatisfy(words -> assertThat(words).contains("a.csv:7:", "milliseconds"));
    }

    @Test
    void filesOfAnotherHeader_areIgnored_andBrokenOnesNamed() throws IOException {
        Files.writeString(data.resolve("index.csv"), "file,t,v\na,1,2\n");
        Files.writeString(data.resolve("empty.csv"), "");
        Files.writeString(data.resolve("notes.txt"), "t,v\n1,2\n");
        Files.writeString(data.resolve("long.csv"), "t,v\n1,1\n" + "9".repeat(20_000) + "\n2,2\n");
        Files.writeString(data.resolve("wide.csv"), "t;v" + ",x".repeat(20_000) + "\n1,1\n");
        Files.writeString(data.resolve("other.csv"), "x,y\n1,2\n");
        Files.write(data.resolve("other.csv.gz"), packed("t,v\n1,1\n"));
        Files.write(data.resolve("no.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3});
        Files.writeString(data.resolve("a.csv"), noise(4, 100, ""));

        SeriesEvaluation.Outcome outcome = run();

        assertThat(outcome.ignoredFiles()).isEqualTo(4);
        assertThat(outcome.rows()).isEqualTo(103);
        assertThat(out.resolve("other.csv")).hasContent("t,score,alarm\n1,-10.0,0\n");
        assertThat(problems)
                .hasSize(2)
                .anySatisfy(words -> assertThat(words).contains("long.csv:3:", "10000 characters"))
                .anySatisfy(words -> assertThat(words).contains("no.csv.gz"));
    }

    @Test
    void answersNeverReplaceTheData() throws IOException {
        Files.writeString(data.resolve("a.csv"), noise(5, 100, ""));

        assertThatThrownBy(() -> new SeriesEvaluation(data, problems::add).run(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--out");
        assertThat(Files.readString(data.resolve("a.csv"))).isEqualTo(noise(5, 100, ""));
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private SeriesEvaluation.Outcome run() throws IOException {
        return new SeriesEvaluation(out, problems::add).run(data);
    }

    /** Five-minute noise with one spike. */
    private static String noise(long seed, int rows, String more) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(more.isEmpty() ? "t,v\n" : "t,v,l\n");
        for (int i = 0; i < rows; i++) {
            double value = i == 2000 ? 300 : 100 + 5 * random.nextGaussian();
            text.append(i * 300L).append(',').append(value).append(more).append('\n');
        }
        return text.toString();
    }

    private static String strangest(List<String> answer) {
        return answer.stream()
                .skip(1)
                .max((a, b) -> Double.compare(score(a), score(b)))
                .orElseThrow();
    }

    private static double score(String line) {
        return Double.parseDouble(line.split(",")[1]);
    }
}
