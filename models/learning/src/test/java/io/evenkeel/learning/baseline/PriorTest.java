package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What history says of a signal, beside what is learned live: in any order, as often as it may come. */
class PriorTest {
    private static final long START = Instant.parse("2026-11-02T00:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;
    private static final long BIN = 10_000;
    private static final long DAY = 86_400_000;
    private static final Path GOLDEN = Path.of("src/test/resources/golden/prior-v1.bin");

    private static double weight(BaselineKind kind) {
        return kind == BaselineKind.RATE ? 60 : kind == BaselineKind.LEVEL ? 1 : 500;
    }

    private static double draw(BaselineKind kind, long time, Random random) {
        double hour = (time % DAY) / 3_600_000.0;
        double day = 1 + 0.5 * Math.cos(2 * Math.PI * (hour - 15) / 24);
        boolean batch = hour >= 2 && hour < 2.5;
        return switch (kind) {
            case LEVEL, RATE -> (batch ? 90 : 40) * day + 2 * random.nextGaussian();
            case RATIO -> 0.02 + (random.nextInt(4) == 0 ? 0.01 : 0);
            case DURATION -> 0.02 * day * Math.exp(0.1 * random.nextGaussian());
        };
    }

    private static Prior history(BaselineKind kind, int days, long seed) {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(kind, true);
        Random random = new Random(seed);
        long end = START + days * DAY;
        for (long time = START; time < end; time += MINUTE) {
            bank.learn(row, time, draw(kind, time, random), weight(kind));
        }
        return Objects.requireNonNull(bank.toPrior(row, end));
    }

    private static void learn(BaselineBank bank, int row, long from, int bins, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < bins; i++) {
            long time = from + i * BIN;
            bank.learn(row, time, draw(bank.kindOf(row), time, random), weight(bank.kindOf(row)));
        }
    }

    private static String bands(BaselineBank bank, int row, long day) {
        StringBuilder text = new StringBuilder();
        Band band = new Band();
        for (int quarter = 0; quarter < 96; quarter++) {
            bank.band(row, day + quarter * 900_000L, weight(bank.kindOf(row)), band);
            text.append(band.lower)
                    .append(' ')
                    .append(band.expected)
                    .append(' ')
                    .append(band.upper)
                    .append('\n');
        }
        return text.toString();
    }

    @Property(tries = 60)
    void theOrderOfPriorAndLiveStepsDoesNotMatter(
            @ForAll BaselineKind kind,
            @ForAll @IntRange(min = 1, max = 4) int days,
            @ForAll @IntRange(max = 20_000) int before,
            @ForAll @IntRange(max = 3_000) int after,
            @ForAll long seed) {
        Prior prior = history(kind, days, seed);
        long live = START + days * DAY;
        BaselineBank early = new BaselineBank(ZoneOffset.UTC);
        BaselineBank late = new BaselineBank(ZoneOffset.UTC);
        int first = early.add(kind, true);
        int second = late.add(kind, true);

        early.prior(first, prior);
        learn(early, first, live, before, seed);
        early.prior(first, prior);
        learn(early, first, live + before * BIN, after, seed + 1);
        learn(late, second, live, before, seed);
        learn(late, second, live + before * BIN, after, seed + 1);
        late.prior(second, prior);

        assertThat(bands(early, first, live)).isEqualTo(bands(late, second, live));
        assertThat(early.bins(first)).isEqualTo(before + after + prior.bins());
    }

    @Property(tries = 60)
    void poolingReplicasDoesNotDependOnTheirOrder(
            @ForAll BaselineKind kind, @ForAll @IntRange(min = 1, max = 6) int replicas, @ForAll long seed) {
        List<Prior> parts = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            parts.add(history(kind, 1 + i % 3, seed + i));
        }
        Prior pooled = Prior.pooled(parts);
        Collections.shuffle(parts, new Random(seed));

        assertThat(Prior.pooled(parts)).isEqualTo(pooled);
        assertThat(Prior.pooled(parts).id()).isEqualTo(pooled.id());
    }

    @Test
    void knowsTheShapeOfTheDayFromTheFirstStepOn() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.LEVEL, true);
        bank.prior(row, history(BaselineKind.LEVEL, 14, 3));
        Band band = new Band();
        long today = START + 14 * DAY;

        assertThat(bank.isYoung(row)).isFalse();
        for (long hour : new long[] {2, 9, 15}) {
            bank.band(row, today + hour * 3_600_000, 1, band);
            double truth = (hour == 2 ? 90 : 40) * (1 + 0.5 * Math.cos(2 * Math.PI * (hour - 15) / 24));
            assertThat(band.expected).as("at %s:00", hour).isCloseTo(truth, within(0.06 * truth));
            assertThat(band.lower).isLessThan(truth);
            assertThat(band.upper).isGreaterThan(truth);
        }
    }

    /** The level's memory is a hundred steps, so a thousand of them leave e^-10 of the prior. */
    @Test
    void givesWayToWhatIsLearnedLive() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.RATE, false);
        Prior prior = history(BaselineKind.RATE, 1, 4);
        bank.prior(row, prior);
        Band band = new Band();
        bank.band(row, START, 10, band);
        double past = band.expected;
        for (int i = 0; i < 1_000; i++) {
            bank.learn(row, START + DAY + i * BIN, 400, 10);
        }
        bank.band(row, START + DAY, 10, band);

        assertThat(past).isBetween(20.0, 90.0);
        assertThat(band.expected).isCloseTo(400, within(1.0));
    }

    @Test
    void poolsTheFailuresOfARatioAndForgetsTheOldestRequests() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.RATIO, false);
        Prior prior = history(BaselineKind.RATIO, 2, 5);
        bank.prior(row, prior);
        Band band = new Band();
        bank.band(row, START, 500, band);
        double past = band.expected;
        for (int i = 0; i < 200; i++) {
            bank.learn(row, START + i * BIN, 0.2, 500);
        }
        bank.band(row, START, 500, band);

        assertThat(past).isCloseTo(0.0225, within(0.002));
        assertThat(band.expected).isCloseTo(0.2, within(0.01));
    }

    @Test
    void goesWithALevelThatIsAcceptedAsNew() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.LEVEL, true);
        bank.prior(row, history(BaselineKind.LEVEL, 3, 6));
        float[] values = new float[30];
        float[] ones = new float[30];
        java.util.Arrays.fill(values, 500);
        java.util.Arrays.fill(ones, 1);

        bank.relearn(row, START + 4 * DAY, BIN, values, ones, 30);
        Band band = new Band();
        bank.band(row, START + 4 * DAY + 300_000, 1, band);

        assertThat(bank.priorOf(row)).isNull();
        assertThat(band.expected).isCloseTo(500, within(0.5));
    }

    @Test
    void followsItsRowIntoACopyAndIntoAnotherBank() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        bank.add(BaselineKind.LEVEL, false);
        int row = bank.add(BaselineKind.LEVEL, true);
        Prior prior = history(BaselineKind.LEVEL, 3, 7);
        bank.prior(row, prior);
        BaselineBank other = new BaselineBank(ZoneOffset.UTC);
        other.take(other.add(BaselineKind.LEVEL, true), bank, row);

        assertThat(bands(bank.copy(), row, START)).isEqualTo(bands(bank, row, START));
        assertThat(bands(other, 0, START)).isEqualTo(bands(bank, row, START));
    }

    /** The hour that Berlin repeats on 2026-10-25 is learned twice into one, the one it skips in March is left alone. */
    @Test
    void knowsTheDayInCivilTime() {
        BaselineBank bank = new BaselineBank(ZoneId.of("Europe/Berlin"));
        int row = bank.add(BaselineKind.LEVEL, true);
        long from = Instant.parse("2026-10-20T22:00:00Z").toEpochMilli();
        long end = from + 8 * DAY;
        for (long time = from; time < end; time += MINUTE) {
            int hour = Instant.ofEpochMilli(time)
                    .atZone(ZoneId.of("Europe/Berlin"))
                    .getHour();
            bank.learn(row, time, hour == 2 ? 90 : 40, 1);
        }
        BaselineBank today = new BaselineBank(ZoneId.of("Europe/Berlin"));
        today.add(BaselineKind.LEVEL, true);
        today.prior(0, Objects.requireNonNull(bank.toPrior(row, end)));
        Band band = new Band();

        today.band(0, Instant.parse("2026-10-30T01:30:00Z").toEpochMilli(), 1, band);
        assertThat(band.expected).isEqualTo(90);
        today.band(0, Instant.parse("2026-10-30T02:30:00Z").toEpochMilli(), 1, band);
        assertThat(band.expected).isEqualTo(40);
    }

    @Test
    void refusesWhatIsNoPriorOfItsSignal() throws IOException {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.LEVEL, false);
        byte[] packed = history(BaselineKind.RATE, 1, 8).packed();
        byte[] newer = packed.clone();
        newer[0] = 2;
        byte[] broken = packed.clone();
        java.nio.ByteBuffer.wrap(broken).putFloat(14, Float.NaN);

        assertThatThrownBy(() -> bank.prior(row, Prior.unpack(packed))).hasMessageContaining("RATE for a LEVEL");
        assertThatThrownBy(() -> Prior.unpack(newer)).hasMessageContaining("version 2");
        assertThatThrownBy(() -> Prior.unpack(broken)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Prior.unpack(new byte[] {1, 0, 0})).isInstanceOf(IOException.class);
    }

    @Test
    void tooShortAHistoryIsNoPrior() {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.RATIO, false);
        learn(bank, row, START, BaselineBank.FIRST_BAND_BINS - 1, 1);

        assertThat(bank.toPrior(row, START)).isNull();
    }

    /** Written once by {@code -Dgolden.write=true}; installations have such bytes in their topic. */
    @Test
    void readsWhatVersionOneWrote() throws IOException {
        Prior prior = history(BaselineKind.DURATION, 3, 9);
        if (Boolean.getBoolean("golden.write") && !Files.exists(GOLDEN)) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, prior.packed());
        }
        byte[] golden = Files.readAllBytes(GOLDEN);

        Prior read = Prior.unpack(golden);

        assertThat(read.packed()).isEqualTo(golden);
        assertThat(read.kind()).isEqualTo(BaselineKind.DURATION);
        assertThat(read.bins()).isEqualTo(3 * 1440);
        assertThat(read.isSeasoned()).isTrue();
        assertThat(read.untilMillis()).isEqualTo(START + 3 * DAY);
        assertThat(read.cells[LearnedRows.LEVEL]).isCloseTo(0.013f, within(0.01f));
    }

    @Test
    void aBankIsWrittenWithoutItsPriors() throws IOException {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        int row = bank.add(BaselineKind.LEVEL, true);
        learn(bank, row, START, 100, 1);
        byte[] without = bytes(bank);
        bank.prior(row, history(BaselineKind.LEVEL, 3, 10));

        assertThat(bytes(bank)).isEqualTo(without);
        BaselineBank read =
                BaselineBank.read(new DataInputStream(new ByteArrayInputStream(bytes(bank))), ZoneOffset.UTC);
        assertThat(read.priorOf(row)).isNull();
        assertThat(read.bins(row)).isEqualTo(100);
    }

    private static byte[] bytes(BaselineBank bank) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bank.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
