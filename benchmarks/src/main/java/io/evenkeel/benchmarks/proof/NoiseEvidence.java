package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.proof.Movement.Window;
import io.evenkeel.benchmarks.proof.QuietSchedule.Step;
import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * That the noise of a quiet time was real: what it moved in the product's own rollups, held against the calm before. Pure.
 *
 * @param movements garbage collection and CPU of each batch, requests of each call, warnings of each burst
 * @param unmoved noise that moved nothing, in words; empty when all of it did
 */
record NoiseEvidence(List<Movement> movements, List<String> unmoved) {
    /** The role that users call, and so does the further caller. */
    private static final String FRONT = "front";

    NoiseEvidence {
        movements = List.copyOf(movements);
        unmoved = List.copyOf(unmoved);
    }

    /** One-minute rows of the metric families that the noise should move. */
    record Rows(
            List<RollupReader.Row> collections,
            List<RollupReader.Row> cpu,
            List<RollupReader.Row> requests,
            List<RollupReader.Row> logs) {}

    static NoiseEvidence of(QuietSchedule schedule, Instant began, Window calm, Rows rows) {
        List<Movement> movements = new ArrayList<>();
        List<String> unmoved = new ArrayList<>();
        List<Movement> bursts = new ArrayList<>();
        for (Step step : schedule.steps()) {
            String service = step.service();
            Window noise = new Window(began.plus(step.at()), began.plus(step.end()));
            switch (step.kind()) {
                case BATCH -> {
                    Movement collected =
                            Movement.of("gc share of " + service, rows.collections(), of(service), calm, noise);
                    movements.add(collected);
                    movements.add(Movement.of("cpu share of " + service, rows.cpu(), of(service), calm, noise));
                    if (!collected.roseBy(3, 0.005)) {
                        unmoved.add(collected.toString());
                    }
                }
                case CALL -> {
                    Predicate<SignalKey> front =
                            of(FRONT).and(SignalKey::isGolden).and(signal -> signal.kind() == SignalKind.REQUEST_RATE);
                    Movement called = Movement.of("requests/s of front", rows.requests(), front, calm, noise);
                    movements.add(called);
                    if (!called.roseBy(1.15, 2)) {
                        unmoved.add(called.toString());
                    }
                }
                case WARNINGS -> {
                    Predicate<SignalKey> warnings =
                            of(service).and(signal -> signal.attributes().equals("severity=warn"));
                    bursts.add(Movement.of("warnings/s of " + service, rows.logs(), warnings, calm, noise));
                }
                case DEPLOY -> {
                    // Counted by the changes that the product saw.
                }
            }
        }
        movements.addAll(bursts);
        // Most of them: of one burst the product kept 14 of 63 records in a minute on a machine that was very busy.
        long seen = bursts.stream().filter(burst -> burst.roseBy(2, 0.3)).count();
        if (seen * 2 <= bursts.size()) {
            unmoved.add("of " + bursts.size() + " bursts of warnings " + seen + " show");
        }
        return new NoiseEvidence(movements, unmoved);
    }

    private static Predicate<SignalKey> of(String service) {
        return signal -> signal.service().name().equals(service);
    }
}
