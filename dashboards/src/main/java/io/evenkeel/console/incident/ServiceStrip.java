package io.evenkeel.console.incident;

import io.evenkeel.console.plot.PlotPoint;
import io.evenkeel.console.plot.Sparkline;
import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.UrlId;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One service with its three request signals, word-sized.
 *
 * @param name service
 * @param rate requests per second, null when it has no such signal
 * @param errors share of failed requests, null when it has no such signal
 * @param duration waiting of the slowest 5 %, null when it has no such signal
 */
public record ServiceStrip(
        String name,
        @Nullable SignalCell rate,
        @Nullable SignalCell errors,
        @Nullable SignalCell duration) {
    /** The register of signals lags by up to 30 s and windows come some 20 s after their begin; past this one is silent. */
    private static final Duration SILENT_AFTER = Duration.ofMinutes(2);

    public static List<ServiceStrip> of(
            List<SignalRow> golden, Map<String, List<Rollup>> history, Instant from, Instant to, Words words) {
        Map<ServiceKey, Map<SignalKind, SignalCell>> services = new LinkedHashMap<>();
        for (SignalRow signal : golden) {
            services.computeIfAbsent(signal.key().service(), key -> new LinkedHashMap<>())
                    .put(
                            signal.key().kind(),
                            cell(signal, history.getOrDefault(signal.key().id(), List.of()), from, to, words));
        }
        List<ServiceStrip> strips = new ArrayList<>();
        services.forEach((service, cells) -> strips.add(new ServiceStrip(
                service.name(),
                cells.get(SignalKind.REQUEST_RATE),
                cells.get(SignalKind.ERROR_RATIO),
                cells.get(SignalKind.DURATION_P95))));
        return strips;
    }

    /** One signal with its newest figure and its last stretch; {@code to} is now. */
    public static SignalCell cell(SignalRow signal, List<Rollup> history, Instant from, Instant to, Words words) {
        Unit unit = Unit.of(signal.key());
        List<PlotPoint> points = EvidenceSeries.of(history);
        String value = Figures.value(signal.value(), unit);
        SignalText text = new SignalText(words);
        String band = text.between(signal.key(), signal.lower(), signal.upper());
        Duration age = Duration.between(signal.lastSeen(), to);
        boolean isSilent = age.compareTo(SILENT_AFTER) > 0;
        String old = isSilent ? words.say("signals.old", Figures.span(age)) : "";
        return new SignalCell(
                UrlId.encode(signal.key().id()),
                text.who(signal.key()),
                text.what(signal.key()),
                value,
                band,
                isSilent ? "old" : look(signal),
                old,
                Sparkline.draw(
                        points,
                        from,
                        to,
                        unit,
                        text.name(signal.key()) + ": " + value + ", " + (isSilent ? old : band)));
    }

    private static String look(SignalRow signal) {
        if (!signal.isOutside()) {
            return "";
        }
        return signal.value() < signal.lower() ? "out low" : "out";
    }

    /**
     * @param urlId signal id as in URLs
     * @param who whose signal
     * @param what what it measures
     * @param value newest value with unit
     * @param band what is usual
     * @param look {@code out} above its band, {@code out low} below, {@code old} once it is silent, else empty
     * @param old how old the value is, empty while the signal reports
     * @param svg drawing; escaped by its drawer
     */
    public record SignalCell(
            String urlId, String who, String what, String value, String band, String look, String old, String svg) {
        public boolean outside() {
            return look.startsWith("out");
        }
    }
}
