package io.evenkeel.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.482 | RATIO | 48.2 %",
                "0.004 | RATIO | 0.4 %",
                "0.0004 | RATIO | 0.04 %",
                "0 | RATIO | 0 %",
                "1 | RATIO | 100 %",
                "0.9999 | RATIO | 100 %",
                "0.0341 | SECONDS | 34 ms",
                "0.2134 | SECONDS | 213 ms",
                "5.02 | SECONDS | 5.02 s",
                "754 | SECONDS | 12.6 min",
                "0 | SECONDS | 0 s",
                "10.4 | PER_SECOND | 10.4 /s",
                "12345 | PER_SECOND | 12.3 k /s",
                "188743680 | BYTES | 180 MiB",
                "1.5 | BYTES | 1.5 B",
                "-3.25 | NUMBER | −3.25",
                "1e300 | NUMBER | 1.00e+300",
                "NaN | NUMBER | –",
                "Infinity | RATIO | ∞",
            })
    void writesAValueWithItsUnit(double value, Unit unit, String text) {
        assertThat(Figures.value(value, unit)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.934, .93", "0.999, .99", "1, 1", "0, .00", "NaN, –"})
    void neverClaimsCertainty(double probability, String text) {
        assertThat(Figures.confidence(probability)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"31, 31 s", "132, 2 min 12 s", "9600, 2 h 40 min", "273600, 3 d 4 h", "60, 1 min", "-5, 0 s"})
    void writesASpanInItsTwoLargestUnits(long seconds, String text) {
        assertThat(Figures.span(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"860, 14:20", "3860, 1:04:20", "-3, 0:00"})
    void countsDown(long seconds, String text) {
        assertThat(Figures.countdown(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Property(shrinking = net.jqwik.api.ShrinkingMode.OFF)
    void writesAnyDouble(@ForAll double value, @ForAll Unit unit) {
        assertThat(Figures.value(value, unit)).isNotBlank().hasSizeLessThan(20);
    }
}
