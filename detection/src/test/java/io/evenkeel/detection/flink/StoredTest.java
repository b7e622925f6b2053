package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A checkpoint holds what a book was when it began, whatever becomes of the book meanwhile. */
class StoredTest {
    /** A book whose numbers are always equal, unless it is read while it is written to. */
    private static final class Book {
        private final int[] numbers;
        private final boolean isFit;

        Book(int[] numbers, boolean isFit) {
            this.numbers = numbers;
            this.isFit = isFit;
        }

        void write(DataOutput out) throws IOException {
            for (int number : numbers) {
                out.writeInt(number);
            }
        }

        Book fit() {
            return new Book(numbers.clone(), true);
        }
    }

    private static final PackedFormat.Writer<Book> WRITER = (out, book) -> book.write(out);

    private static Stored<Book> stored(int length) {
        return new Stored<>(new Book(new int[length], false));
    }

    private static byte[] bytes(Stored<Book> stored) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        stored.write(new DataOutputStream(bytes), WRITER);
        return bytes.toByteArray();
    }

    @Test
    void staysWhatItWasWhileTheBookGoesOn() throws IOException {
        Stored<Book> atCheckpoint = stored(1000);
        byte[] before = bytes(atCheckpoint);
        Stored<Book> live = atCheckpoint.goOn(WRITER, Book::fit, book -> {});
        Arrays.fill(live.book().numbers, 7);
        Stored<Book> later = live.goOn(WRITER, Book::fit, book -> {});
        Arrays.fill(later.book().numbers, 8);

        assertThat(bytes(atCheckpoint)).isEqualTo(before);
        assertThat(bytes(live)).isNotEqualTo(before).isNotEqualTo(bytes(later));
        assertThat(later.book().numbers[999]).isEqualTo(8);
    }

    @Test
    void onlyABookThatHasGrownIsCopied() {
        Stored<Book> first = stored(1000);
        Book fresh = first.book();
        List<Book> resting = new ArrayList<>();
        Stored<Book> second = first.goOn(WRITER, Book::fit, resting::add);
        Book fitted = second.book();
        Stored<Book> third = second.goOn(WRITER, Book::fit, resting::add);

        assertThat(fitted).isNotSameAs(fresh);
        assertThat(fitted.isFit).isTrue();
        assertThat(third.book()).isSameAs(fitted);
        assertThat(resting).containsExactly(fitted);
    }

    @Test
    void nobodyGoesOnWithWhatIsACheckpoints() {
        Stored<Book> atCheckpoint = stored(1);
        atCheckpoint.goOn(WRITER, Book::fit, book -> {});

        assertThatNullPointerException().isThrownBy(atCheckpoint::book);
    }

    /** The checkpoint's thread may be in the midst of a book when the task wants to go on with it. */
    @Test
    void isNeverWrittenWhileItGoesOn() throws Exception {
        ExecutorService checkpoint = Executors.newSingleThreadExecutor();
        try {
            Stored<Book> stored = stored(2000);
            for (int round = 1; round <= 2000; round++) {
                Stored<Book> atCheckpoint = stored;
                Future<byte[]> written = checkpoint.submit(() -> bytes(atCheckpoint));
                stored = atCheckpoint.goOn(WRITER, Book::fit, book -> {});
                Arrays.fill(stored.book().numbers, round);

                ByteArrayOutputStream expected = new ByteArrayOutputStream();
                new Book(filled(2000, round - 1), true).write(new DataOutputStream(expected));
                assertThat(written.get()).as("round %d", round).isEqualTo(expected.toByteArray());
            }
        } finally {
            checkpoint.shutdownNow();
        }
    }

    private static int[] filled(int length, int number) {
        int[] numbers = new int[length];
        Arrays.fill(numbers, number);
        return numbers;
    }
}
