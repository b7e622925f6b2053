package io.evenkeel.wire.otlp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads ExportLogsServiceRequest or LogsData and counts log records per Resource, 10 s bin and severity class. A record
 * without a time counts at its observed time; one without a severity number by its severity text.
 *
 * <p>Never throws on account of its input. Bodies and attributes are passed over without looking inside. One instance
 * per thread.
 */
public final class LogsWalk {
    private static final int RESOURCE_LOGS = 1 << 3 | Cursor.LENGTH;
    private static final int SCOPE_LOGS = 2 << 3 | Cursor.LENGTH;
    private static final int LOG_RECORD = 2 << 3 | Cursor.LENGTH;

    private static final int TIME = 1 << 3 | Cursor.FIXED64;
    private static final int SEVERITY_NUMBER = 2 << 3;
    private static final int SEVERITY_TEXT = 3 << 3 | Cursor.LENGTH;
    private static final int OBSERVED_TIME = 11 << 3 | Cursor.FIXED64;

    private static final int INFO = 0;
    private static final int WARN = 1;
    private static final int ERROR = 2;
    private static final int FIRST_WARN = 13;
    private static final int FIRST_ERROR = 17;
    private static final int LAST = 24;

    private final Cursor cursor = new Cursor();
    private final Resources resources;
    private final WalkCounts counts = new WalkCounts();
    private final Map<Long, long[]> bins = new HashMap<>();
    private final List<LogRows> complete = new ArrayList<>();
    private long accepted;

    public LogsWalk() {
        this(SecretMask.standard());
    }

    /** @param mask what is secret in attributes of resources */
    public LogsWalk(SecretMask mask) {
        resources = new Resources(mask);
    }

    /**
     * Walks one record and gives its rows to {@code out}, one per Resource with log records. Nothing is given out when
     * the record is undecodable.
     *
     * @return null when the record was read, otherwise why not; it has then been counted
     */
    public @Nullable Undecodable walk(byte[] bytes, int offset, int length, Consumer<? super LogRows> out) {
        cursor.open(bytes, offset);
        accepted = 0;
        bins.clear();
        complete.clear();
        try {
            readRequest(offset + length);
        } catch (MalformedOtlp malformed) {
            Undecodable undecodable = malformed.at(offset, length);
            counts.refuse(undecodable.reason());
            return undecodable;
        }
        counts.commit(accepted);
        List.copyOf(complete).forEach(out);
        return null;
    }

    public WalkCounts counts() {
        return counts;
    }

    private void readRequest(int end) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == RESOURCE_LOGS) {
                int length = cursor.length(end);
                readResource(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private void readResource(int end) {
        ResourceIdentity resource = resources.find(cursor, end);
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == SCOPE_LOGS) {
                int length = cursor.length(end);
                readScope(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
        if (bins.isEmpty()) {
            return;
        }
        LogRows rows = new LogRows();
        rows.service = resource.service();
        rows.owner = resource.owner();
        rows.instance = resource.fact(ResourceIdentity.INSTANCE);
        rows.version = resource.fact(ResourceIdentity.VERSION);
        List<LogRows.Bin> ordered = new ArrayList<>(bins.size());
        new TreeMap<>(bins)
                .forEach((start, count) -> ordered.add(new LogRows.Bin(start, count[INFO], count[WARN], count[ERROR])));
        rows.bins = List.copyOf(ordered);
        bins.clear();
        complete.add(rows);
    }

    private void readScope(int end) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == LOG_RECORD) {
                int length = cursor.length(end);
                readRecord(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private void readRecord(int end) {
        long time = 0;
        long observed = 0;
        int severity = 0;
        int textClass = INFO;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            switch (tag) {
                case TIME -> time = cursor.fixed64(end);
                case OBSERVED_TIME -> observed = cursor.fixed64(end);
                case SEVERITY_NUMBER -> severity = (int) cursor.varint(end);
                case SEVERITY_TEXT -> {
                    int length = cursor.text(end);
                    textClass = classOf(cursor.position, length);
                    cursor.position += length;
                }
                default -> cursor.skip(tag, end);
            }
        }
        long nanos = time != 0 ? time : observed;
        if (nanos == 0) {
            counts.skip(Skip.NO_TIME);
            return;
        }
        long millis = Long.divideUnsigned(nanos, 1_000_000);
        long[] bin = bins.computeIfAbsent(millis - millis % SpansWalk.BIN_MILLIS, start -> new long[3]);
        bin[severity == 0 ? textClass : classOf(severity)]++;
        accepted++;
    }

    private static int classOf(int severityNumber) {
        if (severityNumber < FIRST_WARN || severityNumber > LAST) {
            return INFO;
        }
        return severityNumber < FIRST_ERROR ? WARN : ERROR;
    }

    /** By the first letters, as logging libraries abbreviate: E, ERR, FATAL, CRITICAL, SEVERE, PANIC; W, WARN. */
    private int classOf(int from, int length) {
        if (length == 0) {
            return INFO;
        }
        int first = Character.toUpperCase(cursor.bytes[from]);
        int second = length > 1 ? Character.toUpperCase(cursor.bytes[from + 1]) : 0;
        return switch (first) {
            case 'W' -> WARN;
            case 'F' -> ERROR;
            case 'C' -> second == 'R' ? ERROR : INFO;
            case 'P' -> second == 'A' ? ERROR : INFO;
            case 'E' -> second == 0 || second == 'R' || second == 'M' ? ERROR : INFO;
            case 'S' -> second == 'E' ? ERROR : INFO;
            default -> INFO;
        };
    }
}
