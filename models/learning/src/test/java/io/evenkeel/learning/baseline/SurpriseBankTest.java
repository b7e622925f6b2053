package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must and must not be said of ordinary and of broken signals, on a virtual clock. */
class SurpriseBankTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** A signal's life: each step's value; alarms are collected by their times. */
    private static final class Life {
        SurpriseBank bank;
        final Surprise last = new Surprise();
        final List<Long> alarms = new ArrayList<>();
        final List<Double> scores = new ArrayList<>();
        final long step;
        long now;

        Life(long step, Set<Part> parts) {
            this.step = step;
            this.bank = new SurpriseBank(parts);
            bank.add();
        }

        Life(long step) {
            this(step, Part.all());
        }

        Life until(long end, LongFunction<Double> value) {
            for (; now < end; now += step) {
                is(value.apply(now));
            }
            return this;
        }

        Life then(double value) {
            is(value);
            now += step;
            return this;
        }

        private void is(double value) {
            bank.judge(0, now, value, last);
            scores.add(last.score);
            if (last.isAlarm()) {
                alarms.add(now);
            }
        }

        List<Long> alarmsSince(long time) {
            return alarms.stream().filter(at -> at >= time).toList();
        }
    }

    private static LongFunction<Double> noise(long seed, double level, double sigma) {
        Random random = new Random(seed);
        return time -> level + sigma * random.nextGaussian();
    }

    /** A day of users: three times as many at 15:00 as at 03:00. */
    private static LongFunction<Double> day(long seed) {
        Random random = new Random(seed);
        return time ->
                (100 - 50 * Math.cos(2 * Math.PI * (time % DAY - 3 * HOUR) / DAY)) * (1 + 0.03 * random.nextGaussian());
    }

    @ParameterizedTest
    @ValueSource(longs = {MINUTE, 5 * MINUTE, HOUR})
    void spike_isOneAlarm_atOnce_whateverTheInterval(long step) {
        Life life = new Life(step).until(4 * DAY, noise(1, 100, 5));
        long at = life.now;

        life.then(200).until(at + 6 * HOUR, noise(2, 100, 5));

        assertThat(life.alarmsSince(at)).containsExactly(at);
    }

    /** A shift costs a page, hourly one or two; what follows it is the new level. */
    @ParameterizedTest
    @CsvSource({"60000, 1.1", "300000, 1.2", "3600000, 1.6"})
    void shift_isAnEpisode_andThenTheNewLevel(long step, double pages) {
        int alarms = 0;
        for (int seed = 0; seed < 40; seed++) {
            Life life = new Life(step).until(14 * DAY, noise(300 + seed, 100, 5));
            long at = life.now;

            life.until(at + 400 * step, noise(400 + seed, 160, 5));

            assertThat(life.alarmsSince(at)).first().isEqualTo(at);
            alarms += life.alarmsSince(at).stream()
                    .filter(time -> time < at + 48 * step)
                    .count();
            assertThat(life.last.expected).isBetween(135.0, 185.0);
        }
        assertThat(alarms / 40.0).isLessThanOrEqualTo(pages);
    }

    /** Ten series, 28 days each: at the default at most one alarm in ten series-days, minute series as hourly ones. */
    @ParameterizedTest
    @ValueSource(longs = {MINUTE, 5 * MINUTE, HOUR})
    void ordinaryNoise_isQuiet(long step) {
        int alarms = 0;
        for (int series = 0; series < 10; series++) {
            alarms += new Life(step)
                    .until(28 * DAY, noise(100 + series, 100, 5))
                    .alarmsSince(2 * DAY)
                    .size();
        }

        assertThat(alarms).isLessThanOrEqualTo(26);
    }

    @Test
    void usualMorning_isQuiet_onceTheDayIsKnown() {
        Life life = new Life(5 * MINUTE).until(21 * DAY, day(5));

        assertThat(life.alarmsSince(4 * DAY)).hasSizeLessThanOrEqualTo(2);
    }

    /** Every single step is ordinary; only who knows the day sees it. */
    @Test
    void slideToTheNightLevelAtNoon_alarms_andDoesNotWithoutTheSeason() {
        for (Set<Part> parts : List.of(Part.all(), Part.allBut(Part.SEASON))) {
            Life life = new Life(5 * MINUTE, parts).until(21 * DAY + 9 * HOUR, day(6));
            long at = life.now;
            Random random = new Random(7);
            double atNine = 100 - 50 * Math.cos(2 * Math.PI * 6 / 24);

            life.until(at + 5 * HOUR, time -> {
                double slide = Math.min(1, (time - at) / (4.0 * HOUR));
                return (atNine + slide * (50 - atNine)) * (1 + 0.03 * random.nextGaussian());
            });

            assertThat(life.alarmsSince(at).isEmpty())
                    .as("quiet with %s", parts)
                    .isEqualTo(!parts.contains(Part.SEASON));
        }
    }

    @Test
    void rampBeyondEverythingSeen_alarms() {
        Life life = new Life(5 * MINUTE).until(7 * DAY, noise(8, 100, 2));
        long at = life.now;

        Random random = new Random(9);
        life.until(at + 6 * HOUR, time -> 100 + 0.5 * (time - at) / (5.0 * MINUTE) + 2 * random.nextGaussian());

        assertThat(life.alarmsSince(at)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 1e9, -3.5})
    void constant_saysNothing_untilItMoves(double level) {
        Life life = new Life(MINUTE).until(7 * DAY, time -> level);
        assertThat(life.alarms).isEmpty();

        life.then(level + Math.max(10, Math.abs(level)));

        assertThat(life.alarms).hasSize(1);
    }

    /** A step of the gauge's own resolution is no news. */
    @Test
    void quantised_isQuiet() {
        Random random = new Random(10);
        Life life = new Life(MINUTE).until(14 * DAY, time -> random.nextInt(50) == 0 ? 0.2 : 0.1);

        assertThat(life.alarmsSince(2 * DAY)).hasSizeLessThanOrEqualTo(2);
    }

    /** A nightly batch wakes somebody once or twice, not for ever. */
    @Test
    void batchAtTheSameHour_getsOrdinary() {
        Random random = new Random(11);
        Life life = new Life(5 * MINUTE)
                .until(28 * DAY, time -> (time % DAY < 30 * MINUTE ? 80 : 10) + random.nextGaussian());

        assertThat(life.alarmsSince(14 * DAY)).isEmpty();
    }

    @Test
    void rareEventsOfACount_areQuiet_andManyAtOnceAreNot() {
        Random random = new Random(12);
        Life life = new Life(HOUR).until(40 * DAY, time -> random.nextInt(12) == 0 ? 1.0 : 0.0);
        assertThat(life.alarmsSince(7 * DAY)).hasSizeLessThanOrEqualTo(2);
        long at = life.now;

        life.then(25);

        assertThat(life.alarmsSince(at)).hasSize(1);
    }

    @Test
    void busyCounterThatFallsToZero_alarms() {
        Life life = new Life(MINUTE).until(7 * DAY, noise(13, 400, 40));
        long at = life.now;

        life.until(at + 5 * MINUTE, time -> 0.0);

        assertThat(life.alarmsSince(at)).first().isEqualTo(at);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300})
    void whatIsNoNumber_isNeitherJudgedNorLearned(double value) throws IOException {
        Life life = new Life(MINUTE).until(DAY, noise(14, 100, 5));
        byte[] before = bytes(life.bank);

        life.then(value);

        assertThat(life.last.score).isEqualTo(SurpriseBank.NO_SCORE);
        assertThat(bytes(life.bank)).isEqualTo(before);
    }

    /** While nothing came the world went on: after half a day a value that a random walk may have reached is no alarm. */
    @Test
    void gap_widensWhatIsExpected() {
        double[] walk = {100};
        Random random = new Random(15);
        Life life = new Life(MINUTE).until(5 * DAY, time -> walk[0] += random.nextGaussian());
        long at = life.now + 12 * HOUR;
        life.now = at;

        life.then(walk[0] + 9);

        assertThat(life.alarmsSince(at)).isEmpty();
        Life without = new Life(MINUTE, Part.allBut(Part.GAPS));
        walk[0] = 100;
        random.setSeed(15);
        without.until(5 * DAY, time -> walk[0] += random.nextGaussian());
        without.now += 12 * HOUR;
        without.then(walk[0] + 9);
        assertThat(without.alarmsSince(at)).isNotEmpty();
    }

    @Test
    void clockThatJumpsBack_isTakenAsStandingStill() {
        Life life = new Life(MINUTE).until(5 * DAY, noise(16, 100, 5));
        life.now -= 2 * HOUR;
        long at = life.now;

        life.until(at + HOUR, noise(17, 100, 5)).then(200);

        assertThat(life.alarmsSince(at)).contains(at + HOUR);
        assertThat(life.last.expected).isBetween(80.0, 120.0);
    }

    /** One wrong time must not make a signal deaf until that time comes. */
    @Test
    void valueOfNextYear_doesNotStopTheClock() {
        Life life = new Life(MINUTE).until(5 * DAY, noise(30, 100, 5));
        life.now += 365 * DAY;
        life.then(100);
        life.now = 5 * DAY;
        Random random = new Random(31);

        life.until(15 * DAY, time -> (time % DAY == 12 * HOUR ? 300 : 100) + 5 * random.nextGaussian());

        assertThat(life.alarms.stream().filter(at -> at % DAY == 12 * HOUR && at < 15 * DAY))
                .hasSizeGreaterThan(8);
    }

    /** What was deployed before its users came is no blinder than others once they have come. */
    @Test
    void signalThatWasConstantAtFirst_isWatchedLikeOthers() {
        Life life = new Life(MINUTE).until(DAY / 2, time -> 0.0);
        Random random = new Random(32);

        life.until(40 * DAY, time -> (time % (2 * DAY) == 12 * HOUR ? 200 : 100) + 5 * random.nextGaussian());

        List<Long> spikes = life.alarmsSince(10 * DAY).stream()
                .filter(at -> at % (2 * DAY) == 12 * HOUR)
                .toList();
        assertThat(spikes).hasSizeGreaterThanOrEqualTo(13);
    }

    /** A value in nanoseconds among seconds is an alarm, and not the scale of the month that follows. */
    @ParameterizedTest
    @ValueSource(doubles = {1e5, 1e8, 1e30})
    void absurdValue_blindsForDaysAtMost(double absurd) {
        Life life = new Life(MINUTE).until(14 * DAY, noise(33, 100, 5));
        life.then(absurd);
        long from = life.now + 4 * DAY;
        Random random = new Random(34);

        life.until(from + 10 * DAY, time -> (time % DAY == 12 * HOUR ? 220 : 100) + 5 * random.nextGaussian());

        assertThat(life.scores).allMatch(Double::isFinite);
        assertThat(life.alarmsSince(from).stream().filter(at -> at % DAY == 12 * HOUR))
                .hasSizeGreaterThanOrEqualTo(9);
    }

    /** Each a little more than the one before, and together ever worse: that is told more than once. */
    @Test
    void whatGetsWorseBitByBit_isToldAgain() {
        Life life = new Life(MINUTE).until(5 * DAY, noise(35, 100, 5));
        long at = life.now;
        Random random = new Random(36);

        life.until(
                at + 5 * HOUR,
                time -> (time % (HOUR / 2) == 0 ? 100 + 60 * Math.pow(1.35, (time - at) / (HOUR / 2.0)) : 100)
                        + 5 * random.nextGaussian());

        assertThat(life.alarmsSince(at)).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-12, 1e-3, 1, 1e9})
    void unitOfASignal_changesNothing(double unit) {
        Life one = new Life(MINUTE).until(5 * DAY, noise(37, 100, 5)).then(170);
        LongFunction<Double> same = noise(37, 100, 5);
        Life other = new Life(MINUTE).until(5 * DAY, time -> unit * same.apply(time));

        other.then(unit * 170);

        assertThat(other.last.score).isCloseTo(one.last.score, within(0.05));
    }

    /** The second of two days that differ weighs as much as the first, whatever the interval. */
    @ParameterizedTest
    @ValueSource(longs = {15 * MINUTE, HOUR, 3 * HOUR})
    void profileOfTheDay_isTheMeanOfItsFirstDays(long step) {
        float[] cells = new float[SeasonMemory.FLOATS];
        long before = 0;
        for (long time = 0; time <= 2 * DAY; time += step) {
            SeasonMemory.learn(cells, 0, before, time, step / 1000.0, time < DAY ? 0 : 100);
            before = time;
        }

        assertThat(SeasonMemory.expected(cells, 0, 12 * HOUR, SeasonMemory.DAY_PROFILE))
                .isEqualTo(50);
    }

    @Test
    void wrongUnit_isOneEpisode() {
        Life life = new Life(MINUTE).until(5 * DAY, noise(18, 0.2, 0.01));
        long at = life.now;

        life.until(at + 6 * HOUR, noise(19, 200, 10));

        assertThat(life.alarmsSince(at)).hasSizeBetween(1, 3);
        assertThat(life.alarmsSince(at + HOUR)).isEmpty();
    }

    /** The state that lies in a checkpoint is all there is. */
    @Test
    void writtenAndReadAtAnyPoint_itSaysTheSame() throws IOException {
        Random when = new Random(20);
        Life straight = new Life(5 * MINUTE).until(20 * DAY, day(21));
        Life broken = new Life(5 * MINUTE);
        LongFunction<Double> values = day(21);

        broken.until(20 * DAY, time -> {
            if (when.nextInt(50) == 0) {
                broken.bank = copy(broken.bank);
            }
            return values.apply(time);
        });

        assertThat(broken.scores).isEqualTo(straight.scores);
        assertThat(bytes(broken.bank)).isEqualTo(bytes(straight.bank));
    }

    @Test
    void rowsDoNotKnowEachOther() {
        SurpriseBank together = new SurpriseBank();
        SurpriseBank alone = new SurpriseBank();
        together.add();
        together.add();
        alone.add();
        Surprise one = new Surprise();
        Surprise other = new Surprise();
        LongFunction<Double> values = day(22);
        Random disturbing = new Random(23);

        for (long time = 0; time < 5 * DAY; time += 5 * MINUTE) {
            double value = values.apply(time);
            together.judge(1, time, value, one);
            together.judge(0, time, disturbing.nextGaussian() * 1e6, other);
            alone.judge(0, time, value, other);
            assertThat(one.score).isEqualTo(other.score);
        }
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void eachPart_canBeLeftOut(Part part) {
        Life life = new Life(5 * MINUTE, Part.allBut(part)).until(6 * DAY, day(24));

        life.then(1000);

        assertThat(life.alarmsSince(6 * DAY)).as("without %s", part).hasSize(1);
    }

    private static SurpriseBank copy(SurpriseBank bank) {
        try {
            return SurpriseBank.read(new DataInputStream(new ByteArrayInputStream(bytes(bank))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(SurpriseBank bank) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bank.write(new DataOutputStream(out));
        return out.toByteArray();
    }
}
