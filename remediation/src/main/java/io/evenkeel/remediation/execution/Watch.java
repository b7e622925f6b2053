package io.evenkeel.remediation.execution;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses what a verification looks at: the signal users are hurt by and the suspect's own deviating golden signals must
 * come back; the suspect's other golden signals must not get worse.
 */
final class Watch {
    private Watch() {}

    static List<WatchedSignal> choose(RepairCase given) {
        Map<String, WatchedSignal> chosen = new LinkedHashMap<>();
        Harm harm = given.harm();
        if (harm != null) {
            FrozenBand band = given.findings().stream()
                    .filter(f -> f.id().equals(harm.findingId()))
                    .map(RepairCase.Original::band)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElseGet(() -> FrozenBand.constant(given.onset(), harm.lower(), harm.expected(), harm.upper()));
            Direction bad = harm.value() >= harm.expected() ? Direction.UP : Direction.DOWN;
            add(chosen, given, harm.signal(), "harm", bad, band, true);
        }
        Suspect suspect = given.suspect();
        if (suspect == null) {
            return List.copyOf(chosen.values());
        }
        for (RepairCase.Original finding : given.findings()) {
            boolean own =
                    finding.signal().isGolden() && finding.signal().service().equals(suspect.service());
            FrozenBand band = finding.band();
            if (own && finding.open() && finding.role() == MemberRole.CAUSE && band != null) {
                add(chosen, given, finding.signal(), name(finding.signal()), finding.direction(), band, true);
            }
        }
        for (SignalKind kind : List.of(SignalKind.ERROR_RATIO, SignalKind.DURATION_P95, SignalKind.REQUEST_RATE)) {
            addNeighbour(chosen, given, SignalKey.ofService(suspect.service(), kind));
        }
        return new ArrayList<>(chosen.values());
    }

    /** Signals whose recent level and band of before the onset a case must bring. */
    static List<SignalKey> needed(RepairCase given) {
        List<SignalKey> keys = new ArrayList<>();
        Harm harm = given.harm();
        if (harm != null) {
            keys.add(harm.signal());
        }
        Suspect suspect = given.suspect();
        if (suspect != null) {
            for (SignalKind kind : List.of(SignalKind.ERROR_RATIO, SignalKind.DURATION_P95, SignalKind.REQUEST_RATE)) {
                keys.add(SignalKey.ofService(suspect.service(), kind));
            }
        }
        return keys;
    }

    private static void addNeighbour(Map<String, WatchedSignal> chosen, RepairCase given, SignalKey key) {
        RepairCase.Level level = given.levels().get(key.id());
        boolean learned = level != null && !Double.isNaN(level.upper()) && !Double.isNaN(level.lower());
        if (!learned || level == null || Double.isNaN(level.recent())) {
            return;
        }
        Direction bad = key.kind() == SignalKind.REQUEST_RATE ? Direction.DOWN : Direction.UP;
        FrozenBand band = FrozenBand.constant(
                Instant.ofEpochSecond(given.onset().getEpochSecond()), level.lower(), level.expected(), level.upper());
        add(chosen, given, key, name(key), bad, band, false);
    }

    private static void add(
            Map<String, WatchedSignal> chosen,
            RepairCase given,
            SignalKey key,
            String name,
            Direction bad,
            FrozenBand band,
            boolean required) {
        RepairCase.Level level = given.levels().get(key.id());
        chosen.putIfAbsent(
                key.id(),
                new WatchedSignal(
                        key.id(),
                        name,
                        text(key),
                        bad,
                        band,
                        level == null ? Double.NaN : level.recent(),
                        required,
                        key.kind() != SignalKind.DURATION_P95));
    }

    private static String name(SignalKey key) {
        return "target." + key.kind().name().toLowerCase(Locale.ROOT);
    }

    /** The signal in people's words, such as {@code error ratio of payment}. */
    static String text(SignalKey key) {
        String what = switch (key.kind()) {
            case REQUEST_RATE -> "request rate";
            case ERROR_RATIO -> "error ratio";
            case DURATION_P95 -> "response time";
            case GAUGE, COUNTER_RATE, HISTOGRAM_MEAN -> key.metric();
            case PRESENCE -> "presence";
        };
        ServiceKey callee = key.callee();
        String of = key.operation().isEmpty() ? key.service().name() : key.operation();
        return what + " of " + of + (callee == null ? "" : " towards " + callee.name());
    }
}
