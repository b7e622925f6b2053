package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.SpanCoverage.Fall;
import io.evenkeel.detection.SpanCoverage.Known;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a fall of the number of spans is taken for, step by step of ten seconds. */
class SpanCoverageTest {
    private final SpanCoverage coverage = new SpanCoverage();
    private long start;

    private void steps(int steps, double requests, double failures, double squares) {
        for (int i = 0; i < steps; i++) {
            RedSum sum = new RedSum();
            sum.count = requests;
            sum.errors = failures;
            sum.squares = squares;
            coverage.step(start, sum);
            start += 10_000;
        }
    }

    private Known now() {
        return coverage.of(start - 10_000, 10_000);
    }

    @ParameterizedTest(name = "{0} requests with {1} failures for {2} steps: {3}")
    @CsvSource({
        "400, 4, 6, NONE, true, true",
        "250, 4, 6, NONE, true, true",
        // what failed stayed, the rest went
        "8, 4, 1, SAMPLING, false, false",
        "24, 4, 6, SAMPLING, false, false",
        // both went
        "40, 0, 3, TRAFFIC, true, true",
        // too early to tell
        "40, 1, 1, UNDECIDED, false, false",
        // what is left fails as never before
        "60, 50, 1, FAULT, true, true",
    })
    void tellsSamplingFromTrafficFromFault(
            double requests, double failures, int steps, Fall fall, boolean rate, boolean ratio) {
        steps(60, 400, 4, 400);
        steps(steps, requests, failures, requests);

        assertThat(coverage.fall()).isEqualTo(fall);
        assertThat(now().rate()).isEqualTo(rate);
        assertThat(now().ratio()).isEqualTo(ratio);
    }

    /** It stays unknown however long it lasts and whatever fails meanwhile, and ends when the rest is back. */
    @Test
    void samplingLastsUntilTheSpansAreBack() {
        steps(60, 400, 4, 400);
        steps(1_000, 8, 4, 8);
        steps(3, 60, 52, 60);
        assertThat(coverage.fall()).isEqualTo(Fall.SAMPLING);
        assertThat(now()).isEqualTo(new Known(false, false, false));

        steps(3, 400, 4, 400);
        assertThat(now()).isEqualTo(Known.ALL);
    }

    @Test
    void lessTrafficIsTheNewLevelAfterHalfAnHour() {
        steps(60, 400, 4, 400);
        steps(181, 40, 0.4, 40);
        assertThat(coverage.fall()).isEqualTo(Fall.NONE);
        steps(6, 40, 0.4, 40);
        steps(1, 40, 0.4, 40);

        assertThat(now()).isEqualTo(Known.ALL);
    }

    /** Ten spans for two hundred requests: half of them missing is what chance does. */
    @Test
    void fewSampledSpansScatterWithoutFalling() {
        steps(60, 200, 2, 200 * 20);
        steps(1, 80, 0, 80 * 20);

        assertThat(coverage.fall()).isEqualTo(Fall.NONE);
    }

    @Test
    void nothingIsKnownBeforeFailuresWereRareOrMetricsAgreed() {
        steps(100, 40, 20, 40);
        assertThat(now()).isEqualTo(new Known(false, false, false));

        coverage.compare(40, 39);
        steps(1, 40, 20, 40);
        assertThat(now()).isEqualTo(Known.ALL);
    }

    @Test
    void metricsThatCountMoreRequestsMakeAllOfItUnknown() {
        steps(60, 400, 4, 400);
        for (int i = 0; i < 3; i++) {
            coverage.compare(4_000, 400);
        }
        steps(1, 400, 4, 400);

        assertThat(coverage.agrees()).isFalse();
        assertThat(now()).isEqualTo(new Known(false, false, false));
    }

    /** A late span corrects a step of before the fall, and its minute: what was known of them still is. */
    @Test
    void aFallTakesNothingFromTheStepsBefore() {
        start = 1_800_000_000_000L;
        steps(60, 400, 4, 400);
        long fell = start;
        steps(3, 8, 4, 8);

        assertThat(coverage.copy().of(fell - 10_000, 10_000)).isEqualTo(Known.ALL);
        assertThat(coverage.of(fell - 60_000, 60_000)).isEqualTo(Known.ALL);
        assertThat(coverage.of(fell, 10_000)).isEqualTo(new Known(false, false, false));
        assertThat(coverage.of(fell - 50_000, 60_000)).isEqualTo(new Known(false, false, false));
    }

    /** Late spans correct a step; they are no fall. */
    @Test
    void anEarlierStepChangesNothing() {
        steps(60, 400, 4, 400);
        coverage.step(start - 50_000, new RedSum());

        assertThat(coverage.fall()).isEqualTo(Fall.NONE);
    }

    @Test
    void goesOnTheSameAfterWritingAndReading() throws IOException {
        steps(60, 400, 4, 400);
        steps(3, 40, 1, 40);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        coverage.write(new DataOutputStream(bytes));
        SpanCoverage read =
                SpanCoverage.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), (byte) 2);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        read.copy().write(new DataOutputStream(again));

        assertThat(again.toByteArray()).isEqualTo(bytes.toByteArray());
    }
}
