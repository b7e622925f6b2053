package io.evenkeel.benchmarks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the generator wrote down.
 *
 * @param names by entity × 100 + series, as are the next three
 * @param points distinct ones sent since the series began
 * @param lastTime of the newest in order, ms
 * @param dueAt when a request was due, ns of the host's monotonic clock; [tick × most requests of a tick + request]
 */
record LoadTable(String[] names, int[] points, long[] lastTime, double[] lastValue, long[] dueAt) {
    static LoadTable read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.readLong();
            in.readLong();
            int series = in.readInt();
            LoadTable table = new LoadTable(
                    new String[series], new int[series], new long[series], new double[series], new long[0]);
            for (int i = 0; i < series; i++) {
                table.names[i] = in.readUTF();
                table.points[i] = in.readInt();
                table.lastTime[i] = in.readLong();
                table.lastValue[i] = in.readDouble();
            }
            long[] dueAt = new long[in.readInt()];
            for (int i = 0; i < dueAt.length; i++) {
                dueAt[i] = in.readLong();
            }
            return new LoadTable(table.names, table.points, table.lastTime, table.lastValue, dueAt);
        }
    }
}
