package io.evenkeel.detection.flink;

import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A book in the job's state. The state's table gives a checkpoint the value as it was and asks for a copy to go on with,
 * the first time the value is used after the checkpoint began. Here the book itself goes on, and what stays behind is its
 * bytes: half the room of a copy and dead as soon as the checkpoint is written, while a copy, which lives on, would be
 * carried through the whole heap, all state once each checkpoint. Only a book that has grown is copied, as a copy has no
 * spare room.
 *
 * <p>Made, asked and copied by the task's thread; written by the checkpoint's.
 */
final class Stored<B> {
    private static final int FIRST_BYTES = 1 << 15;
    /** A book larger than this, in bytes, gets a buffer of its own. */
    private static final int KEPT_BYTES = 1 << 20;

    /** A book is copied when it has grown by one part in so many. */
    private static final int GROWN = 8;

    private static final ThreadLocal<DataOutputSerializer> BUFFER =
            ThreadLocal.withInitial(() -> new DataOutputSerializer(FIRST_BYTES));

    /** Null once it has gone on. */
    private @Nullable B book;
    /** What is left of it then. */
    private byte @Nullable [] bytes;
    /** Its bytes when it was last without spare room. */
    private final int fitted;

    Stored(B book) {
        this(book, 0);
    }

    private Stored(B book, int fitted) {
        this.book = book;
        this.fitted = fitted;
    }

    /**
     * @throws NullPointerException if it has gone on: this is a checkpoint's
     */
    B book() {
        return Objects.requireNonNull(book, "a checkpoint's book is used");
    }

    /**
     * The same book, to go on with; this holds from now on what it is now.
     *
     * @param fit a copy of a book, without spare room
     * @param rest told of a book that is not copied
     */
    synchronized Stored<B> goOn(PackedFormat.Writer<B> writer, UnaryOperator<B> fit, Consumer<B> rest) {
        B goes = book();
        DataOutputSerializer now = written(goes, writer);
        bytes = now.getCopyOfBuffer();
        book = null;
        if (now.length() - fitted > fitted / GROWN) {
            return new Stored<>(fit.apply(goes), now.length());
        }
        rest.accept(goes);
        return new Stored<>(goes, fitted);
    }

    /** In the thread's own buffer. */
    private static <B> DataOutputSerializer written(B book, PackedFormat.Writer<B> writer) {
        DataOutputSerializer buffer = BUFFER.get();
        buffer.clear();
        try {
            writer.write(buffer, book);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (buffer.length() > KEPT_BYTES) {
            BUFFER.remove();
        }
        return buffer;
    }

    /** Waits while the task's thread takes the book away, which waits in turn only while it is packed, not written. */
    void write(DataOutput out, PackedFormat.Writer<B> writer) throws IOException {
        byte[] left;
        int length;
        synchronized (this) {
            if (bytes == null) {
                DataOutputSerializer now = written(book(), writer);
                left = now.getSharedBuffer();
                length = now.length();
            } else {
                left = bytes;
                length = bytes.length;
            }
        }
        out.write(left, 0, length);
    }
}
