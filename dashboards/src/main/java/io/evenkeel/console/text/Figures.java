package io.evenkeel.console.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;

/** Figures as an on-call engineer reads them: three digits, the unit with a thin distance, never a bare metric value. */
public final class Figures {
    private static final String NONE = "–";
    private static final String[] LARGE = {"", " k", " M", " G", " T"};
    private static final String[] BINARY = {" B", " KiB", " MiB", " GiB", " TiB"};

    private Figures() {}

    /** The value in its unit, for example {@code 48.2 %}, {@code 320 ms}, {@code 12.5 /s}; a dash for NaN. */
    public static String value(double value, Unit unit) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        return switch (unit) {
            case RATIO -> percent(value);
            case SECONDS -> seconds(value);
            case PER_SECOND -> scaled(value, LARGE, 1000) + " /s";
            case BYTES -> scaled(value, BINARY, 1024);
            case BYTES_PER_SECOND -> scaled(value, BINARY, 1024) + "/s";
            case NUMBER -> scaled(value, LARGE, 1000);
        };
    }

    /** A share 0..1 in per cent with a space before the sign; one decimal, two below 0.1 %. */
    public static String percent(double share) {
        if (!Double.isFinite(share)) {
            return NONE;
        }
        double percent = share * 100;
        if (Math.abs(percent) >= 1e6) {
            return scaled(percent, LARGE, 1000) + " %";
        }
        int decimals = percent != 0 && Math.abs(percent) < 0.095 ? 2 : 1;
        if (Math.abs(percent) >= 99.95) {
            decimals = 0;
        }
        return plain(percent, decimals) + " %";
    }

    /** A probability as {@code .93}; a dash when there is none. */
    public static String confidence(double probability) {
        if (!Double.isFinite(probability)) {
            return NONE;
        }
        int hundredths = (int) Math.round(Math.min(1, Math.max(0, probability)) * 100);
        if (hundredths == 100) {
            // certainty is never claimed
            return probability >= 1 ? "1" : ".99";
        }
        return String.format(Locale.ROOT, ".%02d", hundredths);
    }

    /** A whole number with groups, for example {@code 1,912}. */
    public static String count(double count) {
        if (!Double.isFinite(count)) {
            return NONE;
        }
        if (Math.abs(count) >= 1e6) {
            return scaled(count, LARGE, 1000);
        }
        return new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ENGLISH)).format(Math.round(count));
    }

    /** A stretch of time in its two largest units: {@code 31 s}, {@code 2 min 12 s}, {@code 2 h 40 min}, {@code 3 d 4 h}. */
    public static String span(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return join(seconds / 60, " min", seconds % 60, " s");
        }
        if (seconds < 86_400) {
            return join(seconds / 3600, " h", seconds % 3600 / 60, " min");
        }
        return join(seconds / 86_400, " d", seconds % 86_400 / 3600, " h");
    }

    /** Time left as {@code 14:20}, or {@code 1:04:20} from an hour up; never negative. */
    public static String countdown(Duration left) {
        long seconds = Math.max(0, left.toSeconds());
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds % 3600 / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    private static String join(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + ' ' + small + smallUnit;
    }

    private static String seconds(double seconds) {
        double size = Math.abs(seconds);
        if (size == 0) {
            return "0 s";
        }
        if (size < 0.0995) {
            return digits(seconds * 1000, 2) + " ms";
        }
        if (size < 0.9995) {
            return digits(seconds * 1000, 3) + " ms";
        }
        if (size < 120) {
            return digits(seconds, 3) + " s";
        }
        if (size < 7200) {
            return digits(seconds / 60, 3) + " min";
        }
        return scaled(seconds / 3600, LARGE, 1000) + " h";
    }

    private static String scaled(double value, String[] prefixes, int base) {
        int step = 0;
        double scaled = value;
        while (Math.abs(scaled) >= base && step < prefixes.length - 1) {
            scaled /= base;
            step++;
        }
        if (Math.abs(scaled) >= 1e6) {
            return String.format(Locale.ROOT, "%.2e", value) + (base == 1024 ? " B" : "");
        }
        return digits(scaled, 3) + prefixes[step];
    }

    /** At most {@code digits} significant digits and no trailing zeros; never an exponent. */
    private static String digits(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        if (Math.abs(value) >= Math.pow(10, digits)) {
            return plain(value, 0);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_UP));
        if (rounded.abs().compareTo(new BigDecimal("0.0001")) < 0) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return minus(rounded.stripTrailingZeros().toPlainString());
    }

    private static String plain(double value, int decimals) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
        String text = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return minus(text);
    }

    private static String minus(String text) {
        return text.startsWith("-") ? '−' + text.substring(1) : text;
    }
}
