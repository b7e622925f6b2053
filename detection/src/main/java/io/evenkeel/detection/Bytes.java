package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.LogRows;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Byte forms of the small values that cross an exchange or stand in state. */
public final class Bytes {
    private Bytes() {}

    /** In the order of the keys, so that equal maps have equal bytes. */
    static void writeMap(DataOutput out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
    }

    /** Of rows on their way, of which nobody compares the bytes: in any order. */
    private static void writeFacts(DataOutput out, Map<String, String> facts) throws IOException {
        out.writeInt(facts.size());
        for (Map.Entry<String, String> entry : facts.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
    }

    static Map<String, String> readMap(DataInput in) throws IOException {
        int size = in.readInt();
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(in.readUTF(), in.readUTF());
        }
        return Map.copyOf(map);
    }

    public static void write(DataOutput out, SlotRed red) throws IOException {
        writeCounts(out, red);
        writeExemplars(out, red.exemplars);
    }

    public static SlotRed readSlotRed(DataInput in) throws IOException {
        SlotRed red = readCounts(in);
        red.exemplars = readExemplars(in);
        return red;
    }

    static void writeExemplars(DataOutput out, List<Exemplar> exemplars) throws IOException {
        out.writeInt(exemplars.size());
        for (Exemplar exemplar : exemplars) {
            out.writeUTF(exemplar.traceId());
            out.writeUTF(exemplar.spanId());
            out.writeLong(exemplar.time().toEpochMilli());
            out.writeUTF(exemplar.operation());
            out.writeDouble(exemplar.durationSeconds());
            out.writeUTF(exemplar.status());
        }
    }

    static List<Exemplar> readExemplars(DataInput in) throws IOException {
        int size = in.readInt();
        List<Exemplar> exemplars = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            exemplars.add(new Exemplar(
                    in.readUTF(),
                    in.readUTF(),
                    Instant.ofEpochMilli(in.readLong()),
                    in.readUTF(),
                    in.readDouble(),
                    in.readUTF()));
        }
        return exemplars;
    }

    /** As it stands in the state of a service: without its exemplars. */
    static void writeCounts(DataOutput out, SlotRed red) throws IOException {
        out.writeUTF(red.service);
        out.writeUTF(red.slot);
        writeMap(out, red.facts);
        out.writeLong(red.clock);
        out.writeInt(red.intervalMillis);
        out.writeLong(red.processStart);
        out.writeLong(red.binStart);
        out.writeLong(red.count);
        out.writeLong(red.errors);
        out.writeDouble(red.sumSeconds);
        out.writeDouble(red.coveredSeconds);
        Columns.write(out, red.bounds, red.bounds.length);
        Columns.write(out, red.buckets, red.buckets.length);
    }

    static SlotRed readCounts(DataInput in) throws IOException {
        SlotRed red = new SlotRed();
        red.service = in.readUTF();
        red.slot = in.readUTF();
        red.facts = readMap(in);
        red.clock = in.readLong();
        red.intervalMillis = in.readInt();
        red.processStart = in.readLong();
        red.binStart = in.readLong();
        red.count = in.readLong();
        red.errors = in.readLong();
        red.sumSeconds = in.readDouble();
        red.coveredSeconds = in.readDouble();
        red.bounds = Columns.readDoubles(in);
        red.buckets = Columns.readLongs(in);
        return red;
    }

    public static void write(DataOutput out, Heartbeat heartbeat) throws IOException {
        out.writeUTF(heartbeat.service());
        out.writeUTF(heartbeat.slot());
        out.writeUTF(heartbeat.instance());
        writeMap(out, heartbeat.facts());
        out.writeLong(heartbeat.clockMillis());
        out.writeLong(heartbeat.startMillis());
        out.writeInt(heartbeat.intervalMillis());
    }

    public static Heartbeat readHeartbeat(DataInput in) throws IOException {
        return new Heartbeat(
                in.readUTF(), in.readUTF(), in.readUTF(), readMap(in), in.readLong(), in.readLong(), in.readInt());
    }

    public static void write(DataOutput out, PeerIdentity identity) throws IOException {
        out.writeUTF(identity.caller());
        out.writeUTF(identity.peer());
        out.writeUTF(identity.callee());
    }

    public static PeerIdentity readPeerIdentity(DataInput in) throws IOException {
        return new PeerIdentity(in.readUTF(), in.readUTF(), in.readUTF());
    }

    /**
     * Only the used part of each column is written, a start or time that all points share once, and of what only
     * histograms have nothing for numbers: the points of a resource are mostly of one export, and mostly numbers.
     */
    public static void write(DataOutput out, EntityRows rows) throws IOException {
        out.writeUTF(rows.service);
        out.writeUTF(rows.owner);
        out.writeLong(rows.resource);
        writeFacts(out, rows.facts);
        Columns.write(out, rows.stream, rows.size);
        Columns.write(out, rows.series, rows.size);
        Columns.write(out, rows.type, rows.size);
        writeShared(out, rows.startMillis, rows.size);
        writeShared(out, rows.timeMillis, rows.size);
        Columns.write(out, rows.value, rows.size);
        writeHistograms(out, rows);
        Columns.write(out, rows.exemplarPoint, rows.exemplars);
        if (rows.exemplars > 0) {
            Columns.write(out, rows.exemplarMillis, rows.exemplars);
            Columns.write(out, rows.exemplarValue, rows.exemplars);
            Columns.write(out, rows.exemplarTraceHigh, rows.exemplars);
            Columns.write(out, rows.exemplarTraceLow, rows.exemplars);
            Columns.write(out, rows.exemplarSpan, rows.exemplars);
        }
        out.writeInt(rows.definitions.size());
        for (SeriesDefinition definition : rows.definitions) {
            writeDefinition(out, definition);
        }
    }

    public static EntityRows readEntityRows(DataInput in) throws IOException {
        EntityRows rows = new EntityRows();
        rows.service = in.readUTF();
        rows.owner = in.readUTF();
        rows.resource = in.readLong();
        rows.facts = readMap(in);
        rows.stream = Columns.readLongs(in);
        rows.size = rows.stream.length;
        rows.series = Columns.readLongs(in);
        rows.type = Columns.readBytes(in);
        rows.startMillis = readShared(in, rows.size);
        rows.timeMillis = readShared(in, rows.size);
        rows.value = Columns.readDoubles(in);
        readHistograms(in, rows);
        rows.exemplarPoint = Columns.readInts(in);
        rows.exemplars = rows.exemplarPoint.length;
        if (rows.exemplars > 0) {
            rows.exemplarMillis = Columns.readLongs(in);
            rows.exemplarValue = Columns.readDoubles(in);
            rows.exemplarTraceHigh = Columns.readLongs(in);
            rows.exemplarTraceLow = Columns.readLongs(in);
            rows.exemplarSpan = Columns.readLongs(in);
        }
        int definitions = in.readInt();
        List<SeriesDefinition> list = new ArrayList<>(definitions);
        for (int i = 0; i < definitions; i++) {
            list.add(readDefinition(in));
        }
        rows.definitions = list;
        return rows;
    }

    private static void writeShared(DataOutput out, long[] column, int size) throws IOException {
        boolean isShared = size > 0;
        for (int i = 1; i < size && isShared; i++) {
            isShared = column[i] == column[0];
        }
        out.writeBoolean(isShared);
        if (isShared) {
            out.writeLong(column[0]);
        } else {
            Columns.write(out, column, size);
        }
    }

    private static long[] readShared(DataInput in, int size) throws IOException {
        if (!in.readBoolean()) {
            return Columns.readLongs(in);
        }
        long[] column = new long[size];
        Arrays.fill(column, in.readLong());
        return column;
    }

    private static void writeHistograms(DataOutput out, EntityRows rows) throws IOException {
        int histograms = 0;
        for (int i = 0; i < rows.size; i++) {
            histograms += rows.type[i] >= PointType.HISTOGRAM_CUMULATIVE ? 1 : 0;
        }
        out.writeInt(histograms);
        if (histograms == 0) {
            return;
        }
        for (int i = 0; i < rows.size; i++) {
            if (rows.type[i] >= PointType.HISTOGRAM_CUMULATIVE) {
                out.writeInt(i);
                out.writeLong(rows.count[i]);
                out.writeInt(rows.bucketFrom[i]);
                out.writeInt(rows.bucketCount[i]);
                out.writeInt(rows.boundFrom[i]);
            }
        }
        Columns.write(out, rows.buckets, rows.bucketsSize);
        Columns.write(out, rows.bounds, rows.boundsSize);
    }

    private static void readHistograms(DataInput in, EntityRows rows) throws IOException {
        rows.count = new long[rows.size];
        rows.bucketFrom = new int[rows.size];
        Arrays.fill(rows.bucketFrom, -1);
        rows.bucketCount = new int[rows.size];
        rows.boundFrom = new int[rows.size];
        int histograms = in.readInt();
        if (histograms == 0) {
            return;
        }
        for (int histogram = 0; histogram < histograms; histogram++) {
            int i = in.readInt();
            rows.count[i] = in.readLong();
            rows.bucketFrom[i] = in.readInt();
            rows.bucketCount[i] = in.readInt();
            rows.boundFrom[i] = in.readInt();
        }
        rows.buckets = Columns.readLongs(in);
        rows.bucketsSize = rows.buckets.length;
        rows.bounds = Columns.readDoubles(in);
        rows.boundsSize = rows.bounds.length;
    }

    static void writeDefinition(DataOutput out, SeriesDefinition definition) throws IOException {
        out.writeLong(definition.series());
        out.writeUTF(definition.metric());
        out.writeUTF(definition.unit());
        out.writeByte(definition.type());
        out.writeUTF(definition.attributes());
    }

    static SeriesDefinition readDefinition(DataInput in) throws IOException {
        return new SeriesDefinition(in.readLong(), in.readUTF(), in.readUTF(), in.readByte(), in.readUTF());
    }

    public static void write(DataOutput out, SpanRows rows) throws IOException {
        out.writeUTF(rows.service);
        out.writeUTF(rows.owner);
        out.writeUTF(rows.instance);
        out.writeUTF(rows.version);
        out.writeInt(rows.reds.size());
        for (SpanRows.Red red : rows.reds) {
            out.writeBoolean(red.view() == SpanRows.View.SERVER);
            out.writeUTF(red.operation());
            out.writeUTF(red.peer());
            out.writeUTF(red.protocol());
            out.writeLong(red.binStartMillis());
            out.writeDouble(red.count());
            out.writeDouble(red.errors());
            out.writeDouble(red.durationSumSeconds());
            Columns.write(out, red.durations(), red.durations().length);
            out.writeInt(red.exemplars().size());
            for (SpanRows.Sample sample : red.exemplars()) {
                out.writeLong(sample.traceHigh());
                out.writeLong(sample.traceLow());
                out.writeLong(sample.span());
                out.writeLong(sample.timeMillis());
                out.writeUTF(sample.operation());
                out.writeLong(sample.durationMicros());
                out.writeUTF(sample.errorType());
            }
            out.writeDouble(red.squares());
        }
        Columns.write(out, rows.spanId, rows.spans);
        Columns.write(out, rows.spanSum, rows.spans);
        Columns.write(out, rows.spanBucket, rows.spans);
        Columns.write(out, rows.spanNanos, rows.spans);
        Columns.write(out, rows.spanWeight, rows.spanWeight.length);
        out.writeInt(rows.links.size());
        for (SpanRows.Link link : rows.links) {
            write(out, link);
        }
    }

    public static SpanRows readSpanRows(DataInput in) throws IOException {
        SpanRows rows = new SpanRows();
        rows.service = in.readUTF();
        rows.owner = in.readUTF();
        rows.instance = in.readUTF();
        rows.version = in.readUTF();
        int reds = in.readInt();
        List<SpanRows.Red> list = new ArrayList<>(reds);
        for (int i = 0; i < reds; i++) {
            list.add(readRed(in));
        }
        rows.reds = list;
        rows.spanId = Columns.readInts(in);
        rows.spans = rows.spanId.length;
        rows.spanSum = Columns.readInts(in);
        rows.spanBucket = Columns.readBytes(in);
        rows.spanNanos = Columns.readLongs(in);
        rows.spanWeight = Columns.readDoubles(in);
        int links = in.readInt();
        List<SpanRows.Link> ends = new ArrayList<>(links);
        for (int i = 0; i < links; i++) {
            ends.add(readLink(in));
        }
        rows.links = ends;
        return rows;
    }

    private static SpanRows.Red readRed(DataInput in) throws IOException {
        SpanRows.View view = in.readBoolean() ? SpanRows.View.SERVER : SpanRows.View.CLIENT;
        String operation = in.readUTF();
        String peer = in.readUTF();
        String protocol = in.readUTF();
        long bin = in.readLong();
        double count = in.readDouble();
        double errors = in.readDouble();
        double seconds = in.readDouble();
        int[] durations = Columns.readInts(in);
        int size = in.readInt();
        List<SpanRows.Sample> samples = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            samples.add(new SpanRows.Sample(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF(),
                    in.readLong(),
                    in.readUTF()));
        }
        return new SpanRows.Red(
                view, operation, peer, protocol, bin, count, errors, seconds, durations, samples, in.readDouble());
    }

    public static void write(DataOutput out, SpanRows.Link link) throws IOException {
        out.writeLong(link.traceLow());
        out.writeLong(link.span());
        out.writeBoolean(link.server());
        out.writeUTF(link.peer());
        out.writeUTF(link.protocol());
        out.writeLong(link.timeMillis());
    }

    public static SpanRows.Link readLink(DataInput in) throws IOException {
        return new SpanRows.Link(
                in.readLong(), in.readLong(), in.readBoolean(), in.readUTF(), in.readUTF(), in.readLong());
    }

    public static void write(DataOutput out, LogRows rows) throws IOException {
        out.writeUTF(rows.service);
        out.writeUTF(rows.owner);
        out.writeUTF(rows.instance);
        out.writeUTF(rows.version);
        out.writeInt(rows.bins.size());
        for (LogRows.Bin bin : rows.bins) {
            out.writeLong(bin.binStartMillis());
            out.writeLong(bin.info());
            out.writeLong(bin.warn());
            out.writeLong(bin.error());
        }
    }

    public static LogRows readLogRows(DataInput in) throws IOException {
        LogRows rows = new LogRows();
        rows.service = in.readUTF();
        rows.owner = in.readUTF();
        rows.instance = in.readUTF();
        rows.version = in.readUTF();
        int size = in.readInt();
        List<LogRows.Bin> bins = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            bins.add(new LogRows.Bin(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
        }
        rows.bins = bins;
        return rows;
    }
}
