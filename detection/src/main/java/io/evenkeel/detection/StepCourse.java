package io.evenkeel.detection;

/**
 * The values of a signal before those that {@link RecentSteps} has in its ring: evidence of a finding, and what a new
 * level is learned from. With the ring about five minutes at 10 s.
 */
final class StepCourse {
    static final int LENGTH = 24;

    private final float[] values = new float[LENGTH];
    private int size;
    private int next;

    void add(float value) {
        values[next] = value;
        next = next + 1 == LENGTH ? 0 : next + 1;
        size = Math.min(LENGTH, size + 1);
    }

    int size() {
        return size;
    }

    /** @param back 0 = the newest; NaN where there is none */
    float at(int back) {
        return back >= size ? Float.NaN : values[Math.floorMod(next - 1 - back, LENGTH)];
    }

    StepCourse copy() {
        StepCourse copy = new StepCourse();
        System.arraycopy(values, 0, copy.values, 0, LENGTH);
        copy.size = size;
        copy.next = next;
        return copy;
    }

    /** Copies its values, oldest first; answers where they end. */
    int copyTo(float[] into, int from) {
        int to = from;
        for (int back = size - 1; back >= 0; back--) {
            into[to++] = at(back);
        }
        return to;
    }
}
