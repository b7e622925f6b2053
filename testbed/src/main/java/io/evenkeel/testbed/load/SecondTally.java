package io.evenkeel.testbed.load;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What users got for the requests they sent in one second. Law: {@code sent = ok + failed} once the second is complete.
 * Not thread-safe; {@link Truth} guards it.
 */
final class SecondTally {
    private final long epochSecond;
    private int sent;
    private int ok;
    private int failed;
    private double[] millis = new double[32];

    SecondTally(long epochSecond) {
        this.epochSecond = epochSecond;
    }

    void sent() {
        sent++;
    }

    /** @param tookMillis from sending to the end of the answer, or to giving up */
    void answered(boolean good, double tookMillis) {
        int count = ok + failed;
        if (count == millis.length) {
            millis = Arrays.copyOf(millis, count * 2);
        }
        millis[count] = tookMillis;
        if (good) {
            ok++;
        } else {
            failed++;
        }
    }

    boolean isComplete() {
        return sent == ok + failed;
    }

    long epochSecond() {
        return epochSecond;
    }

    int sentCount() {
        return sent;
    }

    int okCount() {
        return ok;
    }

    int failedCount() {
        return failed;
    }

    /** 95th percentile by the nearest rank, milliseconds; 0 when nothing was answered. */
    double p95Millis() {
        int count = ok + failed;
        if (count == 0) {
            return 0;
        }
        double[] sorted = Arrays.copyOf(millis, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(0.95 * count) - 1];
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("second", java.time.Instant.ofEpochSecond(epochSecond).toString());
        json.put("sent", sent);
        json.put("ok", ok);
        json.put("failed", failed);
        json.put("p95Millis", Math.round(p95Millis() * 10) / 10.0);
        return json;
    }
}
