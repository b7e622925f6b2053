package io.evenkeel.detection.flink;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * How one type is written to bytes. The constants in {@link PackedFormats} are all there are; a format is known by its
 * name in snapshots for ever.
 *
 * @param name name in snapshots
 * @param type class
 * @param writer writes a value
 * @param reader reads it back
 * @param copier gives a value to go on with, where a checkpoint has the other; that one is only written from then on
 */
record PackedFormat<T>(String name, Class<T> type, Writer<T> writer, Reader<T> reader, UnaryOperator<T> copier) {
    interface Writer<T> {
        void write(DataOutput out, T value) throws IOException;
    }

    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }
}
