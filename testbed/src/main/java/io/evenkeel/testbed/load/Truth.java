package io.evenkeel.testbed.load;

import io.evenkeel.testbed.http.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The outside truth: what users saw, by the second in which they sent. A line is written to the file, in order, once
 * every request of its second has ended. Nobody inside the shop or Evenkeel can change it. Thread-safe.
 */
final class Truth implements AutoCloseable {
    /** Complete seconds kept for {@link #recent}. */
    private static final int KEPT_SECONDS = 60;

    private final BufferedWriter file;
    private final TreeMap<Long, SecondTally> open = new TreeMap<>();
    private final ArrayDeque<SecondTally> closed = new ArrayDeque<>();
    private long sent;
    private long ok;
    private long failed;
    private @Nullable SecondTally firstFailure;

    Truth(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    synchronized void sent(long epochSecond) {
        open.computeIfAbsent(epochSecond, SecondTally::new).sent();
        sent++;
    }

    /** @param epochSecond the second it was sent in */
    synchronized void answered(long epochSecond, boolean good, double tookMillis) {
        SecondTally tally = open.get(epochSecond);
        if (tally == null) {
            throw new IllegalStateException("second " + epochSecond + " was closed with a request under way");
        }
        tally.answered(good, tookMillis);
        if (good) {
            ok++;
        } else {
            failed++;
            firstFailure = firstFailure == null ? tally : firstFailure;
        }
    }

    /** Writes the seconds before this one that are complete, oldest first, and stops at the first that is not. */
    synchronized void closeBefore(long epochSecond) {
        Iterator<SecondTally> tallies = open.headMap(epochSecond).values().iterator();
        try {
            while (tallies.hasNext()) {
                SecondTally tally = tallies.next();
                if (!tally.isComplete()) {
                    break;
                }
                file.write(Json.write(tally.json()));
                file.newLine();
                tallies.remove();
                closed.addLast(tally);
                if (closed.size() > KEPT_SECONDS) {
                    closed.removeFirst();
                }
            }
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("what users saw cannot be written", e);
        }
    }

    /** Totals since the start and over the last ten complete seconds. */
    synchronized Map<String, Object> stats() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sent", sent);
        json.put("ok", ok);
        json.put("failed", failed);
        json.put("underWay", sent - ok - failed);
        json.put(
                "firstFailure",
                firstFailure == null
                        ? null
                        : java.time.Instant.ofEpochSecond(firstFailure.epochSecond())
                                .toString());
        json.put("last10s", recent(10));
        return json;
    }

    private Map<String, Object> recent(int seconds) {
        int sentThen = 0;
        int okThen = 0;
        int failedThen = 0;
        double p95 = 0;
        Iterator<SecondTally> newestFirst = closed.descendingIterator();
        for (int i = 0; i < seconds && newestFirst.hasNext(); i++) {
            SecondTally tally = newestFirst.next();
            sentThen += tally.sentCount();
            okThen += tally.okCount();
            failedThen += tally.failedCount();
            p95 = Math.max(p95, tally.p95Millis());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sent", sentThen);
        json.put("ok", okThen);
        json.put("failed", failedThen);
        json.put("worstP95Millis", Math.round(p95 * 10) / 10.0);
        return json;
    }

    @Override
    public synchronized void close() throws IOException {
        closeBefore(Long.MAX_VALUE);
        file.close();
    }
}
