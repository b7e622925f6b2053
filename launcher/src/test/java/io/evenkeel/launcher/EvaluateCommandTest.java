package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command, as a scorer's script calls it. */
class EvaluateCommandTest {
    @TempDir
    Path directory;

    @Test
    void saysWhatItDidInOneLine_andByItsStatusWhetherItReadAll() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("a.csv"), "t,v\n0,1\n60,2\n");
        Path out = directory.resolve("out");

        try (EvenkeelProcess process = evaluate(data, out)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isZero();
            assertThat(process.out())
                    .startsWith("{\"series\":1,\"rows\":2,\"alarms\":0,\"ignored_files\":0,\"bad_rows\":0,\"seconds\":")
                    .hasLineCount(1);
        }

        Files.writeString(data.resolve("b.csv"), "t,v\nnever,1\n60,2\n");
        try (EvenkeelProcess process = evaluate(data, out)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isEqualTo(3);
            assertThat(process.out()).contains("\"rows\":3", "\"bad_rows\":1");
            assertThat(process.error()).contains("b.csv:2:");
        }
        assertThat(out.resolve("b.csv")).isNotEmptyFile();
    }

    @Test
    void answersThatCannotBeWritten_areNamed() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path file = Files.writeString(directory.resolve("file"), "");

        try (EvenkeelProcess process = evaluate(data, file)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(process.error()).contains("cannot write the answers").contains(file.toString());
        }
    }

    private EvenkeelProcess evaluate(Path data, Path out) throws Exception {
        return EvenkeelProcess.start(
                directory, Map.of(), "evaluate", "series", "--data", data.toString(), "--out", out.toString());
    }
}
