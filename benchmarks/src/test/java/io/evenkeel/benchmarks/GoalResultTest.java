package io.evenkeel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoalResultTest {
    @TempDir
    Path directory;

    private GoalResult decode() {
        return GoalResult.start(Goal.P1, Arguments.of("--seed", "7"));
    }

    private static void measureAll(GoalResult result, double value) {
        Goal.P1.measures.forEach(measure -> result.measure(measure.name(), value));
    }

    @Test
    void isPassedWhenEveryMeasureKeepsItsBound() throws IOException {
        GoalResult result = decode();
        measureAll(result, 5);

        assertThat(result.passed()).isTrue();
        assertThat(result.finish()).isZero();
    }

    @Test
    void isNotPassedWhenOneMeasureIsBelowItsBound() throws IOException {
        GoalResult result = decode();
        measureAll(result, 6);
        result.measure("spans", 4.99);

        assertThat(result.finish()).isEqualTo(1);
    }

    @Test
    void isNotPassedWhenAMeasureWasForgottenOrIsNoNumber() {
        GoalResult forgotten = decode();
        forgotten.measure("metrics", 9);
        GoalResult none = decode();
        measureAll(none, Double.NaN);

        assertThat(forgotten.passed()).isFalse();
        assertThat(none.passed()).isFalse();
    }

    @Test
    void isNotPassedWhenSomethingWasNoisyOrWrongHoweverGoodItsValues() {
        GoalResult noisy = decode();
        measureAll(noisy, 100);
        noisy.noisy("a neighbour");
        GoalResult wrong = decode();
        measureAll(wrong, 100);
        wrong.wrong("a point lost");

        assertThat(noisy.passed()).isFalse();
        assertThat(wrong.passed()).isFalse();
    }

    @Test
    void aBoundFromAboveIsKeptBySmallerValues() {
        GoalResult result = GoalResult.start(Goal.P5, Arguments.of("--seed", "7"));
        result.measure("p99", 999);

        assertThat(result.passed()).isTrue();
        result.measure("p99", 1001);
        assertThat(result.passed()).isFalse();
    }

    @Test
    void refusesAMeasureThatTheGoalDoesNotHave() {
        GoalResult result = decode();

        assertThatThrownBy(() -> result.measure("logs", 5))
                .hasMessageContaining("P1")
                .hasMessageContaining("logs");
    }

    @Test
    void writesWhatWasMeasuredWithItsBoundsSeedAndReasons() throws IOException {
        Path file = directory.resolve("p1.json");
        GoalResult result = GoalResult.start(Goal.P1, Arguments.of("--seed", "7", "--json", file.toString()));
        measureAll(result, 7);
        result.figure("own", 100.5);
        result.noisy("a neighbour");
        result.wrong("a point lost");

        result.finish();

        JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(file));
        assertThat(json.get("id").stringValue()).isEqualTo("P1");
        assertThat(json.get("value").doubleValue()).isEqualTo(7);
        assertThat(json.get("goal").stringValue()).isEqualTo(">= 5");
        assertThat(json.get("passed").booleanValue()).isFalse();
        assertThat(json.get("noisy").booleanValue()).isTrue();
        assertThat(json.get("noise").valueStream().map(JsonNode::stringValue)).containsExactly("a neighbour");
        assertThat(json.get("wrongs").valueStream().map(JsonNode::stringValue)).containsExactly("a point lost");
        assertThat(json.get("seed").intValue()).isEqualTo(7);
        assertThat(json.get("measures").get(1).get("stretchReached").booleanValue())
                .isTrue();
        assertThat(json.get("figures").get("own").doubleValue()).isEqualTo(100.5);
    }

    /** A bench that lost points on a busy machine has lost points. */
    @Test
    void whatIsWrongOutranksWhatIsNoisy() {
        GoalResult result = decode();
        measureAll(result, 7);
        result.noisy("a neighbour");

        assertThat(verdict(result)).isEqualTo("noisy: rerun (a neighbour)");

        result.wrong("a point lost");

        assertThat(verdict(result)).isEqualTo("wrong: a point lost");
    }

    private static String verdict(GoalResult result) {
        return Bench.verdict(JsonMapper.shared().valueToTree(result.report()));
    }
}
