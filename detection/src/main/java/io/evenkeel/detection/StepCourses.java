package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * For some signals the values before those that {@link RecentSteps} has in its ring: evidence of a finding, and what a new
 * level is learned from. With the ring about five minutes at 10 s.
 *
 * <p>{@code values[course * LENGTH + i]}; columns, as a checkpoint writes them every second.
 */
final class StepCourses {
    private static final int LENGTH = 24;

    /** Course per row and 1, 0 where it has none; shorter than the rows until one is needed. */
    private int[] courseOf = {};

    private int courses;
    private float[] values = {};
    private byte[] size = {};
    private byte[] next = {};
    /** Courses that no row has any more. */
    private int[] free = {};

    private int freeCount;

    boolean has(int row) {
        return row < courseOf.length && courseOf[row] != 0;
    }

    /** Gives a row without a course an empty one. */
    void begin(int row) {
        if (row >= courseOf.length) {
            courseOf = Arrays.copyOf(courseOf, Math.max(row + 1, courseOf.length + courseOf.length / 2));
        }
        int course;
        if (freeCount > 0) {
            course = free[--freeCount];
            size[course] = 0;
            next[course] = 0;
        } else {
            course = courses++;
            if (course == size.length) {
                int capacity = Math.max(4, course + course / 2);
                values = Arrays.copyOf(values, capacity * LENGTH);
                size = Arrays.copyOf(size, capacity);
                next = Arrays.copyOf(next, capacity);
            }
        }
        courseOf[row] = course + 1;
    }

    void end(int row) {
        if (has(row)) {
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, Math.max(4, freeCount * 2));
            }
            free[freeCount++] = courseOf[row] - 1;
            courseOf[row] = 0;
        }
    }

    /** Appends to a row that has a course. */
    void add(int row, float value) {
        int course = courseOf[row] - 1;
        int at = next[course];
        values[course * LENGTH + at] = value;
        next[course] = (byte) (at + 1 == LENGTH ? 0 : at + 1);
        size[course] = (byte) Math.min(LENGTH, size[course] + 1);
    }

    /** Values of a row, 0 where it has no course. */
    int size(int row) {
        return has(row) ? size[courseOf[row] - 1] : 0;
    }

    /** @param back 0 = the newest; NaN where there is none */
    float at(int row, int back) {
        if (back >= size(row)) {
            return Float.NaN;
        }
        int course = courseOf[row] - 1;
        return values[course * LENGTH + Math.floorMod(next[course] - 1 - back, LENGTH)];
    }

    /** Gives a row what another table's row has, if it has a course. */
    void take(int row, StepCourses other, int from) {
        if (!other.has(from)) {
            return;
        }
        if (!has(row)) {
            begin(row);
        }
        int to = courseOf[row] - 1;
        int course = other.courseOf[from] - 1;
        System.arraycopy(other.values, course * LENGTH, values, to * LENGTH, LENGTH);
        size[to] = other.size[course];
        next[to] = other.next[course];
    }

    /** Without what is free, and no longer than the last row that has one. */
    StepCourses copy() {
        if (freeCount > 0) {
            return packed();
        }
        StepCourses copy = new StepCourses();
        copy.courseOf = courseOf.clone();
        copy.courses = courses;
        copy.values = Arrays.copyOf(values, courses * LENGTH);
        copy.size = Arrays.copyOf(size, courses);
        copy.next = Arrays.copyOf(next, courses);
        return copy;
    }

    private StepCourses packed() {
        int end = courseOf.length;
        while (end > 0 && courseOf[end - 1] == 0) {
            end--;
        }
        StepCourses packed = new StepCourses();
        packed.courseOf = new int[end];
        packed.values = new float[(courses - freeCount) * LENGTH];
        packed.size = new byte[courses - freeCount];
        packed.next = new byte[courses - freeCount];
        for (int row = 0; row < end; row++) {
            packed.take(row, this, row);
        }
        return packed;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, courseOf, courseOf.length);
        Columns.write(out, values, courses * LENGTH);
        Columns.write(out, size, courses);
        Columns.write(out, next, courses);
        Columns.write(out, free, freeCount);
    }

    static StepCourses read(DataInput in) throws IOException {
        StepCourses read = new StepCourses();
        read.courseOf = Columns.readInts(in);
        read.values = Columns.readFloats(in);
        read.size = Columns.readBytes(in);
        read.courses = read.size.length;
        read.next = Columns.readBytes(in);
        read.free = Columns.readInts(in);
        read.freeCount = read.free.length;
        return read;
    }
}
