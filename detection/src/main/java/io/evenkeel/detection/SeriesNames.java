package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of an entity, by row, and what they stand for. The definitions are packed: they are needed when something is
 * written about a series, which is seldom, while a checkpoint writes them all every few seconds; and the series of one
 * entity say mostly the same words, each of which is held once. About 40 B a series. Only ever grows; who adds to it
 * bounds it.
 *
 * <p>A word is a metric's name, a unit, or one attribute of the canonical text. A definition is type, words of metric and
 * unit, number of attributes, and their words; a word is meant by its place among the words. Numbers are varints of seven
 * bits a byte, lowest first; before a word stands its length in UTF-8 bytes.
 */
final class SeriesNames {
    private static final int UNDEFINED = -1;

    /** Made when it is asked for; not part of the state. */
    private @Nullable RowIndex index;

    private int rows;
    private int defined;
    private long[] id = {};
    /** Place of the row's definition, {@value #UNDEFINED} where none has come. */
    private int[] at = {};

    private final Packed words;
    private final Packed definitions;
    /** Made while definitions are added, or when a name is asked for that others have too; not part of the state. */
    private @Nullable MetricShapes shapes;

    /** Whether a metric's name has come with two units or types. */
    private boolean conflicting;
    /** Places of the words, while definitions are being added; not part of the state. */
    private @Nullable Map<String, Integer> placeOf;

    SeriesNames() {
        this(new Packed(), new Packed());
    }

    private SeriesNames(Packed words, Packed definitions) {
        this.words = words;
        this.definitions = definitions;
    }

    /** Bytes that only grow; a copy shares them until one of both adds to them. */
    private static final class Packed {
        private byte[] bytes = {};
        private int used;
        private boolean shared;

        void append(byte[] more, int length) {
            if (shared || used + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(used + length, used + used / 2));
                shared = false;
            }
            System.arraycopy(more, 0, bytes, used, length);
            used += length;
        }

        Packed copy() {
            // A checkpoint may be reading this one: nothing of it is replaced.
            boolean isFull = bytes.length - used <= used / 16;
            Packed copy = new Packed();
            copy.bytes = isFull ? bytes : Arrays.copyOf(bytes, used);
            copy.used = used;
            copy.shared = isFull;
            shared |= isFull;
            return copy;
        }

        static Packed of(byte[] bytes) {
            Packed packed = new Packed();
            packed.bytes = bytes;
            packed.used = bytes.length;
            return packed;
        }
    }

    /** Reads numbers and words. */
    private static final class Reader {
        private final byte[] bytes;
        private int next;

        Reader(Packed packed, int from) {
            bytes = packed.bytes;
            next = from;
        }

        int number() {
            int number = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = bytes[next++];
                number |= (part & 0x7F) << shift;
                if (part >= 0) {
                    return number;
                }
            }
        }

        String word() {
            int length = number();
            next += length;
            return new String(bytes, next - length, length, StandardCharsets.UTF_8);
        }
    }

    /** Writes numbers into room of its own. */
    private static final class Writer {
        private byte[] bytes = new byte[64];
        private int length;

        void number(int number) {
            room(5);
            int rest = number;
            while (rest > 0x7F) {
                bytes[length++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[length++] = (byte) rest;
        }

        void word(byte[] word) {
            number(word.length);
            room(word.length);
            System.arraycopy(word, 0, bytes, length, word.length);
            length += word.length;
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, length * 2));
            }
        }
    }

    int size() {
        return rows;
    }

    /** Series that have a definition. */
    int defined() {
        return defined;
    }

    long id(int row) {
        return id[row];
    }

    /** Row of a series, -1 when it has not been seen. */
    int find(long series) {
        return index().find(series, this::id);
    }

    /** Lets go of what is made again when it is needed. */
    void rest() {
        index = null;
        shapes = null;
        placeOf = null;
    }

    private RowIndex index() {
        RowIndex made = index;
        if (made == null) {
            made = RowIndex.of(rows, this::id);
            index = made;
        }
        return made;
    }

    /** Row of a series, a new one when it has not been seen. */
    int findOrAdd(long series) {
        int known = find(series);
        if (known >= 0) {
            return known;
        }
        if (rows == id.length) {
            int capacity = Math.max(16, rows * 2);
            id = Arrays.copyOf(id, capacity);
            at = Arrays.copyOf(at, capacity);
        }
        RowIndex growing = index();
        id[rows] = series;
        at[rows] = UNDEFINED;
        growing.add(this::id);
        return rows++;
    }

    boolean isDefined(int row) {
        return at[row] != UNDEFINED;
    }

    /**
     * Notes what the series of a row without a definition is.
     *
     * @return true when its metric's name is already that of a metric of another unit or type
     */
    boolean define(int row, SeriesDefinition definition) {
        MetricShapes known = shapes();
        String[] attributes = definition.attributes().split(",", -1);
        Writer writer = new Writer();
        writer.number(definition.type());
        writer.number(place(definition.metric()));
        writer.number(place(definition.unit()));
        writer.number(attributes.length);
        for (String attribute : attributes) {
            writer.number(place(attribute));
        }
        at[row] = definitions.used;
        definitions.append(writer.bytes, writer.length);
        defined++;
        boolean conflicts = known.add(definition.metric(), definition.unit(), definition.type());
        conflicting |= conflicts;
        return conflicts;
    }

    private MetricShapes shapes() {
        MetricShapes made = shapes;
        if (made == null) {
            MetricShapes all = new MetricShapes();
            eachMetric(all::add);
            shapes = all;
            made = all;
        }
        return made;
    }

    /** The metric's name, with what tells it apart where several have the same. */
    String metricNameOf(SeriesDefinition definition) {
        return conflicting ? shapes().nameOf(definition) : definition.metric();
    }

    /** What is different about metrics of one name, in words. */
    String conflict(SeriesDefinition definition) {
        return shapes().conflict(definition);
    }

    @Nullable
    SeriesDefinition definition(int row) {
        if (!isDefined(row)) {
            return null;
        }
        Reader reader = new Reader(definitions, at[row]);
        byte type = (byte) reader.number();
        String metric = word(reader.number());
        String unit = word(reader.number());
        int attributes = reader.number();
        StringBuilder text = new StringBuilder(word(reader.number()));
        for (int i = 1; i < attributes; i++) {
            text.append(',').append(word(reader.number()));
        }
        return new SeriesDefinition(id[row], metric, unit, type, text.toString());
    }

    /** Name of the metric of a row with a definition. */
    String metric(int row) {
        Reader reader = new Reader(definitions, at[row]);
        reader.number();
        return word(reader.number());
    }

    /** Takes what makes a metric. */
    private interface Metrics {
        void metric(String name, String unit, byte type);
    }

    /** Names the metric of every definition, in the order in which they came. */
    private void eachMetric(Metrics each) {
        Reader reader = new Reader(definitions, 0);
        while (reader.next < definitions.used) {
            byte type = (byte) reader.number();
            String metric = word(reader.number());
            String unit = word(reader.number());
            for (int left = reader.number(); left > 0; left--) {
                reader.number();
            }
            each.metric(metric, unit, type);
        }
    }

    private String word(int place) {
        return new Reader(words, place).word();
    }

    private int place(String word) {
        if (placeOf == null) {
            placeOf = places();
        }
        Integer known = placeOf.get(word);
        if (known != null) {
            return known;
        }
        Writer writer = new Writer();
        writer.word(word.getBytes(StandardCharsets.UTF_8));
        int place = words.used;
        words.append(writer.bytes, writer.length);
        placeOf.put(word, place);
        return place;
    }

    private Map<String, Integer> places() {
        Map<String, Integer> places = new HashMap<>();
        Reader reader = new Reader(words, 0);
        while (reader.next < words.used) {
            int place = reader.next;
            places.put(reader.word(), place);
        }
        return places;
    }

    SeriesNames copy() {
        SeriesNames copy = new SeriesNames(words.copy(), definitions.copy());
        copy.rows = rows;
        copy.defined = defined;
        copy.conflicting = conflicting;
        copy.id = Arrays.copyOf(id, rows);
        copy.at = Arrays.copyOf(at, rows);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, id, rows);
        Columns.write(out, at, rows);
        Columns.write(out, words.bytes, words.used);
        Columns.write(out, definitions.bytes, definitions.used);
    }

    static SeriesNames read(DataInput in) throws IOException {
        long[] id = Columns.readLongs(in);
        int[] at = Columns.readInts(in);
        SeriesNames names = new SeriesNames(Packed.of(Columns.readBytes(in)), Packed.of(Columns.readBytes(in)));
        names.id = id;
        names.at = at;
        names.rows = id.length;
        for (int place : at) {
            names.defined += place == UNDEFINED ? 0 : 1;
        }
        MetricShapes all = new MetricShapes();
        names.eachMetric((metric, unit, type) -> names.conflicting |= all.add(metric, unit, type));
        return names;
    }
}
