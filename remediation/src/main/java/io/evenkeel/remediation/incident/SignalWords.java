package io.evenkeel.remediation.incident;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Duration;
import java.util.Locale;

/** Signals, figures and durations in the words of an on-call engineer. Never invents: NaN is "unknown". */
public final class SignalWords {
    private SignalWords() {}

    /** For example {@code payment error ratio}, {@code checkout → payment p95 latency}, {@code catalog jvm.cpu.time}. */
    public static String name(SignalKey signal) {
        StringBuilder text = new StringBuilder(serviceName(signal.service()));
        ServiceKey callee = signal.callee();
        if (callee != null) {
            text.append(" → ").append(serviceName(callee));
        }
        if (!signal.operation().isEmpty()) {
            text.append(' ').append(signal.operation());
        }
        text.append(' ').append(kind(signal));
        if (!signal.slot().isEmpty()) {
            text.append(" of replica ").append(signal.slot());
        }
        return text.toString();
    }

    /** The last part of a service id; the namespace is said only where there is no better name. */
    public static String serviceName(ServiceKey service) {
        return service.name();
    }

    /** A figure with its unit, for example {@code 48.2 %}, {@code 320 ms}, {@code 42 requests/s}. */
    public static String figure(SignalKey signal, double value) {
        if (Double.isNaN(value)) {
            return "unknown";
        }
        return switch (signal.kind()) {
            case ERROR_RATIO -> number(value * 100) + " %";
            case DURATION_P95 -> duration(value);
            case REQUEST_RATE -> number(value) + " requests/s";
            case COUNTER_RATE -> number(value) + "/s";
            case GAUGE, HISTOGRAM_MEAN, PRESENCE -> number(value);
        };
    }

    /** For example {@code 41 s}, {@code 2 min 12 s}, {@code 3 h 5 min}. Negative durations keep their sign. */
    public static String span(Duration duration) {
        if (duration.isNegative()) {
            return "−" + span(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return pair(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }
        return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + " " + largeUnit : large + " " + largeUnit + " " + small + " " + smallUnit;
    }

    private static String kind(SignalKey signal) {
        SignalKind kind = signal.kind();
        return switch (kind) {
            case ERROR_RATIO -> "error ratio";
            case DURATION_P95 -> "p95 latency";
            case REQUEST_RATE -> "requests";
            case PRESENCE -> "presence";
            case GAUGE, COUNTER_RATE, HISTOGRAM_MEAN -> signal.metric();
        };
    }

    private static String duration(double seconds) {
        if (Math.abs(seconds) < 1) {
            return number(seconds * 1000) + " ms";
        }
        return number(seconds) + " s";
    }

    /** Three significant digits are what a person reads at night; whole numbers stay whole. */
    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (size >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        if (size >= 0.1) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
