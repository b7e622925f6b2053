package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentPointsTest {
    private static final long START = 1_790_000_000_000L;
    private static final long HORIZON = StreamLedger.LATE_MILLIS;
    private static final int ROWS = 5;

    private record Point(int row, long time) {}

    private RecentPoints recent = new RecentPoints();
    private final long[] latest = new long[ROWS];
    private int forgotten;
    private final Set<Point> known = new HashSet<>();

    /** Regular, fast for a while, late and twice, copied and read back in between: as a set of all points would say. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void tellsEveryPointFromOneSeenBefore(int seed) throws IOException {
        Random random = new Random(seed);
        begin();
        for (int step = 0; step < 4_000; step++) {
            long now = START + step * 10_000L;
            for (int row = 0; row < ROWS; row++) {
                boolean isFast = (step / 50 + row) % 4 == 0;
                for (int i = 0; i < (isFast ? 10 : 1); i++) {
                    add(row, now + i * 1000L);
                }
                if (random.nextInt(10) == 0) {
                    add(row, now - 1000L * random.nextInt(60));
                }
                if (random.nextInt(20) == 0) {
                    add(row, latest[row] - 10_000L * random.nextInt(6));
                }
            }
            if (random.nextInt(100) == 0) {
                recent = random.nextBoolean() ? recent.copy() : RecentPoints.read(in(bytes()));
            }
        }
        assertThat(forgotten).as("there was room for all").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 40, 2_000})
    void takesNoMoreRoomThanBeforeOnceAFastStreamHasCalmedDown(int points) throws IOException {
        begin();
        calm(START, 20);
        int room = bytes().length;
        for (int i = 0; i < points; i++) {
            add(2, START + 200_000 + i * 5L);
        }
        calm(START + 220_000, 500);
        assertThat(bytes()).hasSize(room);
    }

    private void begin() {
        Arrays.fill(latest, Long.MIN_VALUE);
        for (int row = 0; row < ROWS; row++) {
            recent.addRow();
        }
    }

    private void calm(long from, int steps) {
        for (int step = 0; step < steps; step++) {
            for (int row = 0; row < ROWS; row++) {
                add(row, from + step * 10_000L);
            }
        }
    }

    private void add(int row, long time) {
        RecentPoints.Seen seen = recent.add(row, START, time, latest[row], HORIZON);
        boolean isNew = known.add(new Point(row, time));
        if (seen == RecentPoints.Seen.FORGOTTEN) {
            forgotten++;
        } else {
            assertThat(seen)
                    .as("row %d, %d ms", row, time - START)
                    .isEqualTo(isNew ? RecentPoints.Seen.NEW : RecentPoints.Seen.DUPLICATE);
        }
        latest[row] = Math.max(latest[row], time);
    }

    private byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        recent.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
