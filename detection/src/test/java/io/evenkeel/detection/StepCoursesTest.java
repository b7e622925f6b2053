package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StepCoursesTest {
    private static final int LENGTH = 24;

    /** Courses begin, end, are copied and read back in any order: each row has the newest of its own values. */
    @Test
    void eachRowHasItsOwnNewestValues() throws IOException {
        Random random = new Random(9);
        StepCourses courses = new StepCourses();
        Map<Integer, Deque<Float>> reference = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int row = random.nextInt(30);
            switch (random.nextInt(100)) {
                case 0 -> {
                    courses.end(row);
                    reference.remove(row);
                }
                case 1 -> courses = courses.copy();
                case 2 -> courses = StepCourses.read(new DataInputStream(new ByteArrayInputStream(bytes(courses))));
                default -> {
                    if (!courses.has(row)) {
                        courses.begin(row);
                        reference.put(row, new ArrayDeque<>());
                    }
                    courses.add(row, step);
                    Deque<Float> values = reference.get(row);
                    values.addFirst((float) step);
                    if (values.size() > LENGTH) {
                        values.removeLast();
                    }
                }
            }
            Deque<Float> expected = reference.getOrDefault(row, new ArrayDeque<>());
            assertThat(courses.has(row)).isEqualTo(reference.containsKey(row));
            assertThat(courses.size(row)).isEqualTo(expected.size());
            int back = 0;
            for (Iterator<Float> each = expected.iterator(); each.hasNext(); back++) {
                assertThat(courses.at(row, back)).isEqualTo(each.next());
            }
            assertThat(courses.at(row, back)).isNaN();
        }
    }

    @Test
    void theNextCheckpointTakesNoRoomForCoursesThatHaveEnded() throws IOException {
        StepCourses courses = new StepCourses();
        courses.begin(3);
        courses.add(3, 1);
        int before = bytes(courses.copy()).length;
        for (int row = 100; row < 1_000; row++) {
            courses.begin(row);
            courses.add(row, row);
        }
        for (int row = 100; row < 1_000; row++) {
            courses.end(row);
        }
        assertThat(bytes(courses.copy())).hasSize(before);
        assertThat(courses.copy().at(3, 0)).isEqualTo(1);
    }

    private static byte[] bytes(StepCourses courses) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        courses.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
