package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What has been said of small series of our own is said again, so that a change of judgement is seen where it is made. A
 * file is written with {@code -Dgolden.write=true} when it is missing; one that changes must be deleted first, on purpose.
 */
class GoldenScoresTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;

    /** Ten days each, with something wrong on the ninth. */
    enum Course {
        /** Users by day and night, every ten minutes; on the ninth day half of them stay away for an hour. */
        USERS(HOUR / 6) {
            @Override
            double at(long time, Random random) {
                double day = 100 - 50 * Math.cos(2 * Math.PI * (time % DAY - 3 * HOUR) / DAY);
                boolean away = time >= 8 * DAY + 15 * HOUR && time < 8 * DAY + 16 * HOUR;
                return day * (away ? 0.5 : 1) * (1 + 0.04 * random.nextGaussian());
            }
        },
        /** Failures an hour; on the ninth day five times as many. */
        FAILURES(HOUR) {
            @Override
            double at(long time, Random random) {
                double rate = time >= 8 * DAY && time < 8 * DAY + 3 * HOUR ? 15 : 3;
                double left = Math.exp(-rate);
                int count = -1;
                for (double product = 1; product > left; count++) {
                    product *= random.nextDouble();
                }
                return count;
            }
        },
        /** Memory in use that drifts like a random walk, and jumps on the ninth day. */
        MEMORY(HOUR / 6) {
            private double walk;

            @Override
            double at(long time, Random random) {
                walk = time == 0 ? 500 : walk + random.nextGaussian();
                return walk + (time >= 8 * DAY ? 40 : 0);
            }
        };

        final long step;

        Course(long step) {
            this.step = step;
        }

        abstract double at(long time, Random random);
    }

    @ParameterizedTest
    @EnumSource
    void scoresAreThoseOfTheGoldenFile(Course course) throws IOException {
        SurpriseBank bank = new SurpriseBank();
        bank.add();
        Surprise said = new Surprise();
        Random random = new Random(41);
        List<String> lines = new ArrayList<>();
        List<Long> alarms = new ArrayList<>();
        for (long time = 0; time < 10 * DAY; time += course.step) {
            double value = course.at(time, random);
            bank.judge(0, time, value, said);
            lines.add(String.format(
                    Locale.ROOT, "%d,%.4f,%.4f,%s,%s", time / 1000, value, said.score, said.view, said.forecaster));
            if (said.isAlarm()) {
                alarms.add(time);
            }
        }
        assertThat(alarms).as("found on the ninth day").anyMatch(time -> time >= 8 * DAY && time < 9 * DAY);
        assertThat(alarms.stream().filter(time -> time < 8 * DAY).count())
                .as("said of eight ordinary days")
                .isLessThanOrEqualTo(1);

        Path golden = GOLDEN.resolve("surprise-" + course.name().toLowerCase(Locale.ROOT) + ".csv");
        if (Boolean.getBoolean("golden.write") && !Files.exists(golden)) {
            Files.write(golden, lines);
        }
        List<String> expected = Files.readAllLines(golden);
        assertThat(lines).hasSameSizeAs(expected);
        for (int i = 0; i < lines.size(); i++) {
            String[] now = lines.get(i).split(",");
            String[] then = expected.get(i).split(",");
            assertThat(Double.parseDouble(now[2]))
                    .as("score of line %d", i + 1)
                    .isCloseTo(Double.parseDouble(then[2]), within(0.001));
            assertThat(now[3] + now[4])
                    .as("view and forecaster of line %d", i + 1)
                    .isEqualTo(then[3] + then[4]);
        }
    }
}
