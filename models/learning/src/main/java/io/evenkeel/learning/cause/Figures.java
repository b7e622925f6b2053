package io.evenkeel.learning.cause;

import java.time.Duration;
import java.util.Locale;

/** Numbers as an on-call engineer reads them: {@code 48 %}, {@code 2.1 s}, {@code 4 min}. Locale-free. */
public final class Figures {
    private Figures() {}

    /** A share 0..1 as per cent: whole from 10 % up, one decimal below, such as {@code 48 %} and {@code 0.4 %}. */
    public static String percent(double share) {
        double percent = 100 * share;
        return (Math.abs(percent) >= 9.95 ? String.format(Locale.ROOT, "%.0f", percent) : decimal(percent)) + " %";
    }

    /** Seconds: {@code 180 ms} below 1 s when it is under 100 ms, else {@code 0.2 s}, {@code 2.1 s}, {@code 31 s}. */
    public static String seconds(double seconds) {
        if (Math.abs(seconds) < 0.0995) {
            return String.format(Locale.ROOT, "%.0f ms", 1000 * seconds);
        }
        return (Math.abs(seconds) >= 9.95 ? String.format(Locale.ROOT, "%.0f", seconds) : decimal(seconds)) + " s";
    }

    /** A length of time in its largest fitting unit: {@code 48 s}, {@code 4 min}, {@code 2 h}. */
    public static String age(Duration duration) {
        long seconds = Math.abs(duration.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? Math.round(seconds / 60.0) + " min" : Math.round(seconds / 3600.0) + " h";
    }

    /** A plain number: whole from 100 up, otherwise two significant decimals without trailing zeros. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "unknown";
        }
        if (Math.abs(value) >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String decimal(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
