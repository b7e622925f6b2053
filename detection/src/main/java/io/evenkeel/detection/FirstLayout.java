package io.evenkeel.detection;

import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;

/** Judged signals as 0.1.0 has written them: long rings for all, without a {@link StepCourse}. */
final class FirstLayout {
    private FirstLayout() {}

    /** @param ring steps to remember from now on; as many as were, or fewer */
    static JudgedSignals judged(DataInput in, int ring) throws IOException {
        int written = in.readInt();
        boolean weighted = in.readBoolean();
        float[] values = Columns.readFloats(in);
        float[] weights = Columns.readFloats(in);
        long[] lastBin = Columns.readLongs(in);
        int[] head = Columns.readInts(in);
        int[] pending = Columns.readInts(in);
        int[] flags = Columns.readInts(in);
        Map<Integer, DeviationTracker> open = DeviationTracker.readByRow(in);
        BaselineBank bank = BaselineBank.readFirstLayout(in, ZoneOffset.UTC);
        int rows = lastBin.length;
        byte[] newest = new byte[rows];
        byte[] waiting = new byte[rows];
        char[] marks = new char[rows];
        RecentSteps recent = new RecentSteps(
                ring,
                newest(values, rows, written, head, ring),
                weighted ? newest(weights, rows, written, head, ring) : null,
                newestSteps(lastBin),
                newest,
                waiting,
                marks);
        for (int row = 0; row < rows; row++) {
            newest[row] = (byte) (ring - 1);
            waiting[row] = (byte) Math.min(ring, pending[row]);
            marks[row] = (char) flags[row];
            if (!weighted && (bank.hasProfile(row) || open.containsKey(row))) {
                StepCourse course = new StepCourse();
                for (int back = written - 1; back >= ring; back--) {
                    course.add(values[place(row, written, head, back)]);
                }
                recent.follow(row, course);
            }
        }
        return new JudgedSignals(recent, bank, open);
    }

    private static int[] newestSteps(long[] lastBin) {
        return Arrays.stream(lastBin)
                .mapToInt(start -> start == Long.MIN_VALUE ? Integer.MIN_VALUE : (int) (start / EntityBook.BIN_MILLIS))
                .toArray();
    }

    private static float[] newest(float[] values, int rows, int written, int[] head, int ring) {
        float[] kept = new float[rows * ring];
        for (int row = 0; row < rows; row++) {
            for (int back = 0; back < ring; back++) {
                kept[row * ring + ring - 1 - back] = values[place(row, written, head, back)];
            }
        }
        return kept;
    }

    private static int place(int row, int ring, int[] head, int back) {
        return row * ring + Math.floorMod(head[row] - back, ring);
    }
}
