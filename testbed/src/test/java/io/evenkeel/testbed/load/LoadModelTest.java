package io.evenkeel.testbed.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadModelTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 2);
    private static final Duration STEP = Duration.ofSeconds(10);

    private static LoadModel usual(ZoneId zone) {
        return new LoadModel(20, 0.4, Duration.ZERO, 3, zone);
    }

    /** Mean over the 40 minutes around a time of day, with no import in it, in which the users' restlessness is small. */
    private static double around(LoadModel model, LocalDate day, LocalTime time, ZoneId zone) {
        Instant middle = day.atTime(time).atZone(zone).toInstant();
        double sum = 0;
        int steps = 0;
        for (long second = -1200; second < 1200; second += 10) {
            Instant at = middle.plusSeconds(second);
            int minute = at.atZone(zone).getMinute();
            if (minute != 20) {
                sum += model.at(at);
                steps++;
            }
        }
        return sum / steps;
    }

    @Test
    void aDayHasItsPeakInTheAfternoonAndItsMeanIsWhatWasAskedFor() {
        LoadModel model = usual(ZoneOffset.UTC);

        assertThat(around(model, DAY, LocalTime.of(15, 0), ZoneOffset.UTC)).isCloseTo(28, within(0.5));
        assertThat(around(model, DAY, LocalTime.of(3, 0), ZoneOffset.UTC)).isCloseTo(12, within(0.3));
        Instant midnight = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
        double sum = 0;
        for (int second = 0; second < 86_400; second += 10) {
            sum += model.meanOf(midnight.plusSeconds(second), STEP);
        }
        double imports = 45.0 / 3600 * 0.15 * 20;
        assertThat(sum / 86_400).isCloseTo(20 + imports, within(0.1));
    }

    /** The told story is ten minutes long; its users must not look like a fault. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 42})
    void tenMinutesChangeLittle(long seed) {
        LoadModel model = LoadModel.drawn(seed, 20, LoadModel.SHOP_SWING, ZoneOffset.UTC);
        Instant midnight = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
        for (int second = 0; second < 86_400; second += 60) {
            Instant at = midnight.plusSeconds(second);
            assertThat(model.at(at.plusSeconds(600)) / model.at(at)).isBetween(0.75, 1.35);
        }
    }

    /** 2026-10-25 03:00 Berlin falls back to 02:00, 2027-03-28 02:00 goes on to 03:00. */
    @Test
    void usersLiveInCivilTimeAlsoWhenClocksChange() {
        LoadModel model = usual(BERLIN);
        for (LocalDate day : new LocalDate[] {
            LocalDate.of(2026, 10, 24),
            LocalDate.of(2026, 10, 25),
            LocalDate.of(2026, 10, 26),
            LocalDate.of(2027, 3, 28)
        }) {
            assertThat(around(model, day, LocalTime.of(15, 0), BERLIN))
                    .as("%s", day)
                    .isCloseTo(28, within(0.5));
            assertThat(around(model, day, LocalTime.of(9, 0), BERLIN))
                    .as("%s", day)
                    .isCloseTo(20, within(0.6));
        }
        assertThat(model.isBatching(Instant.parse("2026-10-24T01:32:00Z")))
                .as("03:32 in summer")
                .isTrue();
        assertThat(model.isBatching(Instant.parse("2026-10-26T02:32:00Z")))
                .as("03:32 in winter")
                .isTrue();
        assertThat(model.isBatching(Instant.parse("2026-10-26T01:32:00Z"))).isFalse();
    }

    @Test
    void theSameSeedGivesTheSameUsersAndAnotherOthers() {
        LoadModel one = LoadModel.drawn(7, 20, 0.4, BERLIN);
        LoadModel again = LoadModel.drawn(7, 20, 0.4, BERLIN);
        LoadModel other = LoadModel.drawn(8, 20, 0.4, BERLIN);
        Instant at = Instant.parse("2026-11-02T10:17:03Z");

        assertThat(again).isEqualTo(one);
        assertThat(again.at(at)).isEqualTo(one.at(at));
        assertThat(again.drawnOf(at, STEP, new SplittableRandom(1)))
                .isEqualTo(one.drawnOf(at, STEP, new SplittableRandom(1)));
        assertThat(other.offset()).isNotEqualTo(one.offset());
        assertThat(other.at(at)).isNotEqualTo(one.at(at));
    }

    @Test
    void theOffsetMovesCurveImportAndBatchTogether() {
        LoadModel usual = new LoadModel(20, 0.4, Duration.ZERO, 3, ZoneOffset.UTC);
        LoadModel late = new LoadModel(20, 0.4, Duration.ofMinutes(95), 3, ZoneOffset.UTC);
        assertThat(around(late, DAY, LocalTime.of(16, 35), ZoneOffset.UTC)).isCloseTo(28, within(0.5));
        Instant batch = DAY.atTime(3, 32).toInstant(ZoneOffset.UTC);
        assertThat(usual.isBatching(batch)).isTrue();
        assertThat(late.isBatching(batch)).isFalse();
        assertThat(late.isBatching(batch.plus(Duration.ofMinutes(95)))).isTrue();
        Instant come = DAY.atTime(10, 19, 59).toInstant(ZoneOffset.UTC);
        assertThat(usual.at(come.plusSeconds(1)) - usual.at(come)).isCloseTo(3, within(0.1));
        Instant late55 = DAY.atTime(10, 54, 59).toInstant(ZoneOffset.UTC);
        assertThat(late.at(late55.plusSeconds(1)) - late.at(late55)).isCloseTo(3, within(0.1));
    }

    /** The past is drawn step by step, the live users come one by one: both must have one mean and one scatter. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-02T15:00:00Z", "2026-11-02T03:00:00Z", "2026-11-02T09:00:00Z"})
    void historyAndLiveUsersAreTheSameAtTheSameTime(Instant from) {
        LoadModel model = usual(ZoneOffset.UTC);
        int steps = 2_000;
        RandomGenerator live = new SplittableRandom(11);
        RandomGenerator past = new SplittableRandom(12);
        double[] came = new double[steps];
        for (int i = 0; i < steps; i++) {
            // ten seconds of live users, and again ten seconds of the same moment
            double second = live.nextDouble() * model.gapSeconds(from, live);
            while (second < 10) {
                came[i]++;
                second += model.gapSeconds(from.plusMillis((long) (second * 1000)), live);
            }
        }
        double[] told = new double[steps];
        for (int i = 0; i < steps; i++) {
            told[i] = model.drawnOf(from, STEP, past);
        }

        assertThat(mean(told)).isCloseTo(mean(came), within(0.006 * mean(came)));
        assertThat(deviation(told)).isCloseTo(deviation(came), within(0.15 * deviation(came)));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }

    @Test
    void aSteadyCallerHasNoHoursNoImportAndNoBatch() {
        LoadModel steady = LoadModel.drawn(5, 8, 0, ZoneOffset.UTC);
        Instant midnight = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
        for (int second = 0; second < 86_400; second += 7) {
            assertThat(steady.at(midnight.plusSeconds(second))).isEqualTo(8);
            assertThat(steady.isBatching(midnight.plusSeconds(second))).isFalse();
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new LoadModel(0, 0.4, Duration.ZERO, 1, BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LoadModel(20, 1, Duration.ZERO, 1, BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LoadModel(20, 0.4, Duration.ofHours(4), 1, BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
