package io.evenkeel.detection;

import java.util.Map;

/** Units as OTLP writes them (UCUM, case sensitive), as far as senders mix them up. */
final class Units {
    /** What one unit is in the base unit of its kind: seconds, bytes, parts of one. */
    private static final Map<String, Double> SIZES = Map.ofEntries(
            Map.entry("s", 1.0),
            Map.entry("ms", 1e-3),
            Map.entry("us", 1e-6),
            Map.entry("ns", 1e-9),
            Map.entry("min", 60.0),
            Map.entry("By", 1.0),
            Map.entry("kBy", 1e3),
            Map.entry("MBy", 1e6),
            Map.entry("GBy", 1e9),
            Map.entry("KiBy", 1024.0),
            Map.entry("MiBy", 1024.0 * 1024),
            Map.entry("GiBy", 1024.0 * 1024 * 1024),
            Map.entry("1", 1.0),
            Map.entry("%", 0.01));

    private Units() {}

    /**
     * What a value in one unit is multiplied with to be in another; NaN where they do not measure the same. Annotations
     * such as {@code {request}}, and no unit at all, count as 1.
     */
    static double factor(String from, String to) {
        String known = plain(from);
        String wanted = plain(to);
        if (known.equals(wanted)) {
            return 1;
        }
        Double fromSize = SIZES.get(known);
        Double toSize = SIZES.get(wanted);
        return fromSize == null || toSize == null || kind(known) != kind(wanted) ? Double.NaN : fromSize / toSize;
    }

    private static String plain(String unit) {
        return unit.isEmpty() || unit.startsWith("{") ? "1" : unit;
    }

    private static char kind(String unit) {
        return unit.endsWith("By") ? 'b' : unit.equals("1") || unit.equals("%") ? '1' : 's';
    }
}
