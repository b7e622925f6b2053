package io.evenkeel.wire.otlp;

import java.util.List;

/** The log records of one Resource of one OTLP request, counted per 10 s bin and severity class. Holds no log text. */
public final class LogRows {
    /** {@code ServiceKey.id()} of the service that wrote the logs. */
    public String service = "";
    /** Pod owner, else {@code host.name}, else empty. */
    public String owner = "";
    /** service.instance.id, else empty. */
    public String instance = "";
    /** service.version, else empty. */
    public String version = "";

    public List<Bin> bins = List.of();

    /** Log records in all. */
    public long items() {
        long items = 0;
        for (Bin bin : bins) {
            items += bin.items();
        }
        return items;
    }

    /**
     * Log records whose time lies in one bin.
     *
     * @param binStartMillis start of the 10 s bin
     * @param info records below WARN (severity number 1 to 12), and those whose severity nobody can tell
     * @param warn severity number 13 to 16
     * @param error severity number 17 to 24, ERROR and FATAL
     */
    public record Bin(long binStartMillis, long info, long warn, long error) {
        public long items() {
            return info + warn + error;
        }
    }
}
