package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationBucketsTest {
    @ParameterizedTest(name = "{0} ns is in bucket {1}")
    @CsvSource({
        "0, 0",
        "999, 0",
        "1000, 0",
        "1189, 0",
        "1190, 1",
        "2000, 4",
        "1000000, 39",
        "1024000, 40",
        "4294967296000, 127",
        "9223372036854775807, 127"
    })
    void edges(long nanos, int bucket) {
        assertThat(DurationBuckets.of(nanos)).isEqualTo(bucket);
    }

    @Property(tries = 2000)
    void aDurationLiesBelowTheUpperEdgeOfItsBucketAndNotBelowThatOfTheOneBefore(
            @ForAll @LongRange(min = 1000, max = 4_000_000_000_000L) long nanos) {
        int bucket = DurationBuckets.of(nanos);
        assertThat(nanos * 1e-9).isLessThan(DurationBuckets.upperSeconds(bucket) * (1 + 1e-12));
        assertThat(nanos * 1e-9).isGreaterThanOrEqualTo(DurationBuckets.upperSeconds(bucket - 1) * (1 - 1e-12));
    }
}
