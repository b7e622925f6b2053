package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.finding.FrozenBand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineBankTest {
    private static final long START = Instant.parse("2026-11-02T00:00:00Z").toEpochMilli();
    private static final long BIN = 10_000;
    private static final long DAY = 86_400_000;

    private final BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
    private final Band band = new Band();

    private static double draw(BaselineKind kind, Random random) {
        return switch (kind) {
            case LEVEL -> 40 + 3 * random.nextGaussian();
            case RATE -> Math.max(0, Math.round(200 + 14 * random.nextGaussian())) / 10.0;
            case RATIO -> random.nextInt(4) == 0 ? 0.01 : 0;
            case DURATION -> 0.02 * Math.exp(0.2 * random.nextGaussian());
        };
    }

    private static double weight(BaselineKind kind) {
        return kind == BaselineKind.RATE ? 10 : 200;
    }

    /** Exporters write "no limit" as the largest number there is; once learned, its row knew nothing ever after. */
    @Test
    void leavesOutWhatIsTooLargeToLearnFrom() {
        int row = bank.add(BaselineKind.LEVEL, false);
        for (int i = 0; i < 100; i++) {
            bank.learn(row, START + i * BIN, i % 10 == 0 ? Double.MAX_VALUE : 40 + i % 3, 1);
            bank.learn(row, START + i * BIN, i % 10 == 0 ? -Float.MAX_VALUE : 40, 1);
        }
        bank.band(row, START + 100 * BIN, 1, band);

        assertThat(band.expected).isBetween(39.0, 43.0);
        assertThat(band.scale).isBetween(0.1, 10.0);
    }

    /** Float columns against doubles: relative 1e-3, the bound the benches use too (PERFORMANCE.md, section 4). */
    @ParameterizedTest
    @EnumSource(BaselineKind.class)
    void agreesWithTheScalarReference(BaselineKind kind) {
        Random random = new Random(kind.ordinal());
        bank.add(BaselineKind.LEVEL, false);
        int row = bank.add(kind, false);
        ReferenceBaseline reference = new ReferenceBaseline(kind);
        for (int i = 0; i < 5_000; i++) {
            double value = draw(kind, random);
            bank.learn(row, START + i * BIN, value, weight(kind));
            reference.learn(value, weight(kind));
            bank.band(row, START + i * BIN, weight(kind), band);
            if (band.isKnown()) {
                double scale = reference.scale(weight(kind));
                assertThat(band.expected)
                        .isCloseTo(reference.expected(), within(1e-3 * Math.abs(reference.expected())));
                assertThat(band.scale).isCloseTo(scale, within(2e-3 * scale));
            }
        }
        assertThat(band.isKnown()).isTrue();
    }

    @Test
    void hasNoBandBeforeTheFirstNineBinsAndAWidePriorForErrors() {
        int level = bank.add(BaselineKind.DURATION, false);
        int errors = bank.add(BaselineKind.RATIO, false);
        for (int i = 0; i < BaselineBank.FIRST_BAND_BINS; i++) {
            bank.band(level, START, 100, band);
            assertThat(band.isKnown()).isFalse();
            bank.learn(level, START + i * BIN, 0.02, 100);
        }
        bank.band(level, START, 100, band);
        assertThat(band.isKnown()).isTrue();

        bank.band(errors, START, 100, band);
        assertThat(band.expected).isCloseTo(0.01, within(1e-6));
        assertThat(band.score(0.5)).isGreaterThan(10);
        assertThat(band.score(0.03)).isLessThan(3);
    }

    @Test
    void forgetsTheColdStart() {
        int row = bank.add(BaselineKind.DURATION, false);
        for (int i = 0; i < 18; i++) {
            bank.learn(row, START + i * BIN, i < 3 ? 0.5 : 0.02, 200);
        }
        bank.band(row, START, 200, band);

        assertThat(band.expected).isLessThan(0.025);
        assertThat(band.upper).isLessThan(0.25);
    }

    @Test
    void keepsAFloorUnderAConstantSignal() {
        int row = bank.add(BaselineKind.LEVEL, false);
        for (int i = 0; i < 500; i++) {
            bank.learn(row, START + i * BIN, i == 100 ? 21 : 20, 1);
        }
        bank.band(row, START, 1, band);

        assertThat(band.scale).isGreaterThanOrEqualTo(1);
        assertThat(Math.abs(band.score(21))).isLessThan(2);
    }

    @Test
    void relearnsANewLevelAndForgetsTheOldOne() {
        int row = bank.add(BaselineKind.LEVEL, false);
        Random random = new Random(5);
        for (int i = 0; i < 1_000; i++) {
            bank.learn(row, START + i * BIN, 10 + random.nextGaussian(), 1);
        }
        float[] seen = new float[64];
        float[] on = new float[64];
        for (int i = 0; i < 64; i++) {
            seen[i] = (float) (50 + random.nextGaussian());
            on[i] = 1;
        }
        bank.relearn(row, START, BIN, seen, on, 64);
        bank.band(row, START, 1, band);

        assertThat(band.expected).isCloseTo(50, within(1.0));
        assertThat(band.score(10)).isLessThan(-15);
    }

    /** Signals with a day's rhythm: used after two full days, and then much narrower than the level's band. */
    @Test
    void usesTheDayProfileAfterTwoDaysWhereItWins() {
        int seasonal = bank.add(BaselineKind.LEVEL, true);
        int plain = bank.add(BaselineKind.LEVEL, false);
        Random random = new Random(6);
        long end = START + 4 * DAY;
        double one = Double.NaN;
        for (long t = START; t < end; t += 60_000) {
            double value = 100 + 80 * Math.sin(2 * Math.PI * (t - START) / DAY) + random.nextGaussian();
            bank.learn(seasonal, t, value, 1);
            bank.learn(plain, t, value, 1);
            if (t == START + DAY) {
                bank.band(seasonal, t, 1, band);
                one = band.expected;
                bank.band(plain, t, 1, band);
                assertThat(one).as("no season after one day").isEqualTo(band.expected);
            }
        }
        long noon = end + DAY / 4;
        bank.band(seasonal, noon, 1, band);
        assertThat(band.expected).isCloseTo(180, within(8.0));
        FrozenBand frozen = bank.freeze(seasonal, end, 1);
        assertThat(frozen.expectedAt(Instant.ofEpochMilli(noon))).isCloseTo(180, within(8.0));
        assertThat(frozen.expectedAt(Instant.ofEpochMilli(noon + DAY / 2))).isCloseTo(20, within(8.0));
    }

    /**
     * A shop's requests, 10 s apart: around the top and the bottom of the day the level is as near as the profile, and
     * whoever looks back for minutes only takes the profile away there, and twelve hours later expects the wrong half.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6, 9, 12, 15, 18, 21})
    void keepsTheDayProfileAtEveryHourOfTheDay(int lastHour) {
        int row = bank.add(BaselineKind.RATE, true);
        Random random = new Random(9);
        long end = START + 4 * DAY + lastHour * 3_600_000L;
        for (long t = START; t < end; t += BIN) {
            bank.learn(row, t, users(t) + 0.5 * random.nextGaussian(), 10);
        }
        for (int hour = 0; hour < 24; hour += 3) {
            long t = end + hour * 3_600_000L;
            bank.band(row, t, 10, band);
            assertThat(band.expected).as("%d h later", hour).isCloseTo(users(t), within(1.0));
        }
    }

    private static double users(long time) {
        return 20 + 8 * Math.cos(2 * Math.PI * (time - START) / DAY);
    }

    /** Its profile of zeros won against a level of nearly zero, and the band of a sound service had no width at all. */
    @Test
    void aServiceThatHasNotFailedForDaysMayStillFailOnce() {
        int row = bank.add(BaselineKind.RATIO, true);
        for (long t = START; t < START + 4 * DAY; t += BIN) {
            bank.learn(row, t, 0, 200);
        }
        bank.band(row, START + 4 * DAY, 200, band);

        assertThat(band.expected).isEqualTo(0.001);
        assertThat(band.score(1 / 200.0)).isLessThan(3);
    }

    /** Noise has no season: the profile must not be preferred for a margin it does not have. */
    @Test
    void leavesTheProfileAloneWhereItDoesNotWin() {
        int row = bank.add(BaselineKind.LEVEL, true);
        Random random = new Random(7);
        for (long t = START; t < START + 4 * DAY; t += 60_000) {
            bank.learn(row, t, 100 + random.nextGaussian(), 1);
        }
        assertThat(bank.freeze(row, START + 4 * DAY, 1).expected()).hasSize(1);
    }

    /** 2026-10-25 03:00 Berlin falls back to 02:00: the repeated hour goes into the same quarters. */
    @Test
    void profileIsInCivilTime() {
        DayProfile profile = new DayProfile(ZoneId.of("Europe/Berlin"));
        long first = Instant.parse("2026-10-25T00:30:00Z").toEpochMilli();
        long repeated = Instant.parse("2026-10-25T01:30:00Z").toEpochMilli();

        assertThat(Math.floorMod(profile.civilQuarter(first), 96)).isEqualTo(10);
        assertThat(Math.floorMod(profile.civilQuarter(repeated), 96)).isEqualTo(10);
    }

    @Test
    void givesTheSameAnswersAfterWritingReadingAndCopying() throws IOException {
        Random random = new Random(8);
        for (BaselineKind kind : BaselineKind.values()) {
            int row = bank.add(kind, kind != BaselineKind.LEVEL);
            for (int i = 0; i < 3_000; i++) {
                bank.learn(row, START + i * 60_000L, draw(kind, random), weight(kind));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bank.write(new DataOutputStream(bytes));
        BaselineBank read =
                BaselineBank.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), ZoneOffset.UTC);
        BaselineBank copy = bank.copy();
        for (BaselineBank other : new BaselineBank[] {read, copy}) {
            Band again = new Band();
            for (int row = 0; row < 4; row++) {
                for (int i = 0; i < 100; i++) {
                    long at = START + (3_000 + i) * 60_000L;
                    double value = draw(bank.kindOf(row), random);
                    bank.band(row, at, 100, band);
                    other.band(row, at, 100, again);
                    assertThat(again.expected).isEqualTo(band.expected);
                    assertThat(again.scale).isEqualTo(band.scale);
                    other.learn(row, at, value, 100);
                    if (other == copy) {
                        bank.learn(row, at, value, 100);
                    } else {
                        break;
                    }
                }
            }
        }
    }

    /** Copies share the profile until one of them learns: neither may see what the other has learned. */
    @Test
    void aCopyAndItsOriginalLearnApart() throws IOException {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.LEVEL, true);
        for (int step = 0; step < 3 * 96; step++) {
            bank.learn(row, step * 900_000L, step % 96, 1);
        }
        BaselineBank first = bank.copy();
        BaselineBank second = first.copy();
        byte[] before = written(bank);

        for (int step = 3 * 96; step < 4 * 96; step++) {
            second.learn(row, step * 900_000L, 1_000 + step % 96, 1);
        }

        assertThat(written(bank)).isEqualTo(before);
        assertThat(written(first)).isEqualTo(before);
        assertThat(written(second)).isNotEqualTo(before);
    }

    private static byte[] written(BaselineBank bank) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bank.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
