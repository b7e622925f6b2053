package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.detection.SampledTraffic.Sampling;
import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same traffic, its traces whole or sampled: what is said of it is the same or nothing, and neither sampling nor a
 * change of sampling is noted as trouble; trouble itself still is.
 */
class SampledTracesTest {
    private static final double TWO_POINTS = 0.02;

    /** Rate within a tenth, failures within two points, waiting within a quarter of what was served; or unknown. */
    private static void saysTheTruthOrNothing(SampledTraffic traffic, long since) {
        for (String service : new String[] {SampledTraffic.FRONT, SampledTraffic.STORE}) {
            near(traffic, SampledTraffic.golden(service, SignalKind.REQUEST_RATE), since, 40, 4);
            near(traffic, SampledTraffic.golden(service, SignalKind.ERROR_RATIO), since, 0.01, TWO_POINTS);
        }
        double p95 = SampledTraffic.FRONT_P95;
        near(traffic, SampledTraffic.golden(SampledTraffic.FRONT, SignalKind.DURATION_P95), since, p95, 0.25 * p95);
        near(traffic, SampledTraffic.edge(SignalKind.ERROR_RATIO), since, 0.01, TWO_POINTS);
        near(traffic, SampledTraffic.edge(SignalKind.REQUEST_RATE), since, 40, 4);
        near(traffic, SampledTraffic.edge(SignalKind.DURATION_P95), since, p95 / 2, 0.25 * p95 / 2);
        near(traffic, SampledTraffic.operation(SignalKind.ERROR_RATIO), since, 0.01, TWO_POINTS);
    }

    private static void near(SampledTraffic traffic, SignalKey key, long since, double truth, double tolerance) {
        double said = traffic.mean(key, since);
        if (!Double.isNaN(said)) {
            assertThat(said).as(key.id()).isCloseTo(truth, within(tolerance));
        }
    }

    private static void saysAllOf(SampledTraffic traffic, long since, SignalKey... keys) {
        for (SignalKey key : keys) {
            assertThat(traffic.known(key, since)).as(key.id()).isNotEmpty();
        }
    }

    private static void saysNothingOf(SampledTraffic traffic, long since, SignalKey... keys) {
        for (SignalKey key : keys) {
            assertThat(traffic.known(key, since)).as(key.id()).isEmpty();
        }
    }

    private static SignalKey[] ofStore() {
        return new SignalKey[] {
            SampledTraffic.golden(SampledTraffic.STORE, SignalKind.REQUEST_RATE),
            SampledTraffic.golden(SampledTraffic.STORE, SignalKind.ERROR_RATIO),
            SampledTraffic.golden(SampledTraffic.STORE, SignalKind.DURATION_P95)
        };
    }

    private static SignalKey[] ofCalls() {
        return new SignalKey[] {
            SampledTraffic.edge(SignalKind.ERROR_RATIO),
            SampledTraffic.edge(SignalKind.DURATION_P95),
            SampledTraffic.operation(SignalKind.ERROR_RATIO)
        };
    }

    @ParameterizedTest(name = "{0} with metrics {1}, seed {2}")
    @CsvSource({
        "ALL, true, 1",
        "ALL, false, 1",
        "ALL, false, 2",
        "HEAD, true, 1",
        "HEAD, false, 1",
        "HEAD, false, 2",
        "HEAD, false, 3",
    })
    void wholeAndAnnouncedSampledTracesTellTheSame(Sampling sampling, boolean metrics, long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, sampling, metrics);
        traffic.run(300);
        long since = traffic.house.now;
        traffic.run(1_200);

        saysTheTruthOrNothing(traffic, since);
        saysAllOf(traffic, since, ofStore());
        saysAllOf(traffic, since, ofCalls());
        assertThat(traffic.findings()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void tailSampledTracesLeaveRateAndFailuresToTheMetrics(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.TAIL, true);
        traffic.run(300);
        long since = traffic.house.now;
        traffic.run(1_200);

        saysTheTruthOrNothing(traffic, since);
        saysAllOf(traffic, since, ofStore());
        saysNothingOf(traffic, since, ofCalls());
        assertThat(traffic.findings()).isEmpty();
    }

    /** Who counts more requests than there are spans knows that spans are missing, though no trace says so. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aShareOfTheTracesThatDoesNotSayItIsOneIsToldByTheMetrics(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.UNTOLD, true);
        traffic.run(300);
        long since = traffic.house.now;
        traffic.run(1_200);

        saysTheTruthOrNothing(traffic, since);
        saysAllOf(traffic, since, ofStore());
        saysNothingOf(traffic, 0, ofCalls());
        saysNothingOf(traffic, 0, SampledTraffic.edge(SignalKind.REQUEST_RATE));
        assertThat(traffic.findings()).isEmpty();
    }

    /** Metrics that agree with the spans prove them whole where failures are never rare. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void frequentFailuresAreKnownWhereMetricsCountAsManyRequests(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.ALL, true);
        traffic.failShare = 0.05;
        traffic.run(300);
        long since = traffic.house.now;
        traffic.run(1_200);

        saysAllOf(traffic, since, ofStore());
        saysAllOf(traffic, since, ofCalls());
        near(traffic, SampledTraffic.edge(SignalKind.ERROR_RATIO), since, 0.05, 0.01);
    }

    /** Nothing but failures and a hundredth of the rest was ever seen: how much more there is nobody can know. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void tailSampledTracesWithoutMetricsSayNothing(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.TAIL, false);
        traffic.run(1_500);

        saysNothingOf(traffic, 0, ofStore());
        saysNothingOf(traffic, 0, ofCalls());
        assertThat(traffic.findings()).isEmpty();
        assertThat(traffic.house.edges).containsKey("prod/shop/front>prod/shop/store");
    }

    @ParameterizedTest(name = "{0} to {1} with metrics {2}, seed {3}")
    @CsvSource({
        "ALL, HEAD, true, 1",
        "ALL, HEAD, false, 1",
        "ALL, HEAD, false, 2",
        "ALL, HEAD, false, 3",
        "HEAD, ALL, false, 1",
        "HEAD, ALL, false, 2",
        "ALL, TAIL, true, 1",
        "ALL, TAIL, true, 2",
        "ALL, TAIL, true, 3",
        "ALL, TAIL, false, 1",
        "ALL, TAIL, false, 2",
        "ALL, TAIL, false, 3",
        "ALL, TAIL, false, 4",
        "HEAD, TAIL, true, 1",
        "HEAD, TAIL, false, 1",
        "HEAD, TAIL, false, 2",
        "TAIL, ALL, true, 1",
        "TAIL, ALL, false, 1",
        "TAIL, HEAD, false, 1",
    })
    void aChangeOfSamplingIsNoTrouble(Sampling before, Sampling after, boolean metrics, long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, before, metrics);
        traffic.run(1_200);
        traffic.sampling = after;
        traffic.run(120);
        long since = traffic.house.now;
        traffic.run(2_400);
        traffic.sampling = before;
        traffic.run(900);

        saysTheTruthOrNothing(traffic, since);
        assertThat(traffic.findings()).isEmpty();
    }

    @ParameterizedTest(name = "{0} with metrics {1}, seed {2}")
    @CsvSource({
        "ALL, true, 1, 20",
        "ALL, false, 1, 30",
        "ALL, false, 2, 30",
        "HEAD, true, 1, 20",
        "HEAD, false, 1, 60",
        "HEAD, false, 2, 60",
        "HEAD, false, 3, 60",
        "TAIL, true, 1, 20",
        "TAIL, true, 2, 20",
    })
    void failuresAreStillNoted(Sampling sampling, boolean metrics, long seed, int seconds) {
        SampledTraffic traffic = new SampledTraffic(seed, sampling, metrics);
        traffic.run(1_200);
        assertThat(traffic.findings()).isEmpty();
        traffic.failShare = 0.4;
        traffic.run(seconds);

        Finding finding = traffic.house.findings.values().stream()
                .filter(each ->
                        each.signal().equals(SampledTraffic.golden(SampledTraffic.STORE, SignalKind.ERROR_RATIO)))
                .findFirst()
                .orElseThrow();
        assertThat(finding.value()).isBetween(0.1, 0.75);
        assertThat(finding.impact()).isBetween(4.0, 32.0);
    }

    /** Callers give up while everything hangs: fewer spans, and more of them slow and failed than ever before. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anOutageThatTakesTheTrafficAlongIsStillNotedFromSpansAlone(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.ALL, false);
        traffic.run(1_200);
        traffic.requestsPerSecond = 8;
        traffic.failShare = 0.6;
        traffic.slowdown = 40;
        traffic.run(60);

        assertThat(traffic.house.findings.values())
                .extracting(finding -> finding.signal().kind())
                .contains(SignalKind.ERROR_RATIO, SignalKind.DURATION_P95);
    }

    /** Failures fell along with the requests: nothing was sampled, they stay away. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aLossOfTrafficIsStillNotedFromSpansAloneOnceItCannotBeSampling(long seed) {
        SampledTraffic traffic = new SampledTraffic(seed, Sampling.ALL, false);
        traffic.run(1_200);
        traffic.requestsPerSecond = 4;
        traffic.run(120);

        assertThat(traffic.house.findings.values()).anySatisfy(finding -> {
            assertThat(finding.signal().kind()).isEqualTo(SignalKind.REQUEST_RATE);
            assertThat(finding.direction()).isEqualTo(Direction.DOWN);
        });
    }
}
