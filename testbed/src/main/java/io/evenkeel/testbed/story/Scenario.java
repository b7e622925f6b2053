package io.evenkeel.testbed.story;

import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.shop.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Which fault happens to whom, and when. Pure: the same seed draws the same scenario on every machine.
 *
 * @param victim the role it happens to
 * @param fault what happens
 * @param intensity 1 to 3
 * @param afterCalm from the end of the calm minutes to the fault, 0 to 60 s
 */
public record Scenario(Role victim, FaultKind fault, int intensity, Duration afterCalm) {
    private static final int LATEST_SECONDS = 60;

    /** The story the demo tells when no seed is given: payment gets a version that fails half of its calls. */
    public static Scenario first() {
        return new Scenario(Role.PAYMENT, FaultKind.BAD_DEPLOY, 2, Duration.ZERO);
    }

    /** The story's second part: one replica of catalog hangs. */
    public static Scenario second() {
        return new Scenario(Role.CATALOG, FaultKind.HANG, 2, Duration.ZERO);
    }

    /** Draws one of {@link #sensible()}, every pair with the same chance. */
    public static Scenario draw(long seed) {
        // Its sequence is fixed by its specification, unlike that of newer generators.
        Random random = new Random(scatter(seed));
        List<Pair> pairs = sensible();
        Pair pair = pairs.get(random.nextInt(pairs.size()));
        int intensity = 2 + random.nextInt(2);
        return new Scenario(
                pair.victim(), pair.fault(), intensity, Duration.ofSeconds(random.nextInt(LATEST_SECONDS + 1)));
    }

    /**
     * Neighbouring seeds of {@link Random} begin alike, and people count their seeds up: the finalizer of SplitMix64
     * (Steele, Lea, Flood 2014) sets them apart.
     */
    private static long scatter(long seed) {
        long bits = seed + 0x9e3779b97f4a7c15L;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }

    /** A victim and what may happen to it. */
    public record Pair(Role victim, FaultKind fault) {}

    /** Pairs that users feel and that telemetry can show. */
    public static List<Pair> sensible() {
        List<Pair> pairs = new ArrayList<>();
        for (FaultKind fault : FaultKind.values()) {
            for (Role victim : Role.values()) {
                if (isSensible(victim, fault)) {
                    pairs.add(new Pair(victim, fault));
                }
            }
        }
        return List.copyOf(pairs);
    }

    private static boolean isSensible(Role victim, FaultKind fault) {
        return switch (fault) {
            case BAD_DEPLOY, CRASH, POISONED_RECORD -> true;
            // The repair of a hung replica needs another one that serves meanwhile.
            case HANG -> victim.replicas() > 1;
            // Between users and front nobody of ours measures: a slow link there is invisible from inside.
            case LATENCY -> victim != Role.FRONT;
            // Inventory's work is done by its database, which keeps its CPU.
            case CPU -> victim != Role.INVENTORY;
        };
    }

    /** For the terminal, for example {@code bad-deploy of payment, intensity 2, 17 s after the calm}. */
    public String text() {
        return fault.word() + " of " + victim.word() + ", intensity " + intensity + ", " + afterCalm.toSeconds()
                + " s after the calm";
    }
}
