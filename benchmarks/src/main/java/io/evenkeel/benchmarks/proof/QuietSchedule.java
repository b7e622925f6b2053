package io.evenkeel.benchmarks.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What ordinary time brings a shop: deploys, batches, a caller that comes by the clock, a warning that flaps. Drawn from
 * a seed. Pure.
 *
 * @param steps in order of time
 */
record QuietSchedule(List<Step> steps) {
    /** Every ten minutes a partner's import joins the users for so long. */
    static final Duration CALL = Duration.ofSeconds(45);

    static final Duration BATCH = Duration.ofMinutes(2);
    private static final Duration CALL_EVERY = Duration.ofMinutes(10);
    /** A rollout of two replicas took up to 60 s here; a batch shall not lose its process to one. */
    private static final Duration ROLLOUT = Duration.ofSeconds(90);

    private static final double DEPLOYS_PER_HOUR = 8;
    private static final double BATCHES_PER_HOUR = 4;

    /** What may happen in an hour in which nothing happens. */
    enum Kind {
        DEPLOY,
        BATCH,
        /** The further caller. */
        CALL,
        /** One burst of the flapping warning. */
        WARNINGS
    }

    /**
     * One thing that happens.
     *
     * @param at from the start of the quiet time
     * @param service where; empty for {@link Kind#CALL}
     * @param lasts zero for a deploy, which takes the time it takes
     */
    record Step(Duration at, Kind kind, String service, Duration lasts) {
        Duration end() {
            return at.plus(lasts);
        }

        private boolean touches(Duration from, Duration to) {
            return at.compareTo(to) < 0 && end().compareTo(from) > 0;
        }
    }

    QuietSchedule {
        steps = List.copyOf(steps);
    }

    /**
     * @param services names of the services that may be deployed and have batches, at least three
     * @param length at least five minutes, so that each kind has its place
     */
    static QuietSchedule draw(long seed, List<String> services, Duration length) {
        if (length.compareTo(Duration.ofMinutes(5)) < 0 || services.size() < 3) {
            throw new IllegalArgumentException("a quiet time lasts at least five minutes and has three services");
        }
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>(deploys(random, services, length));
        batches(random, services, length, steps);
        calls(random, length, steps);
        warnings(random, services, length, steps);
        steps.sort(Comparator.comparing(Step::at));
        return new QuietSchedule(steps);
    }

    List<Step> of(Kind kind) {
        return steps.stream().filter(step -> step.kind() == kind).toList();
    }

    private static List<Step> deploys(Random random, List<String> services, Duration length) {
        List<Step> deploys = new ArrayList<>();
        int count = count(DEPLOYS_PER_HOUR, 2, length);
        Duration slot = length.dividedBy(count);
        List<String> order = shuffled(services, random);
        for (int i = 0; i < count; i++) {
            Duration at = slot.multipliedBy(i).plus(share(slot, 0.5 * random.nextDouble()));
            deploys.add(new Step(at, Kind.DEPLOY, order.get(i % order.size()), Duration.ZERO));
        }
        return deploys;
    }

    /** Each on another service as long as there are some, and never on one that is being deployed. */
    private static void batches(Random random, List<String> services, Duration length, List<Step> steps) {
        int count = count(BATCHES_PER_HOUR, 1, length);
        Duration slot = length.dividedBy(count);
        List<String> waiting = shuffled(services, random);
        for (int i = 0; i < count; i++) {
            Duration free = slot.minus(BATCH);
            Duration at = slot.multipliedBy(i).plus(share(free, random.nextDouble()));
            String service = waiting.stream()
                    .filter(name -> steps.stream()
                            .noneMatch(step -> step.kind() == Kind.DEPLOY
                                    && step.service().equals(name)
                                    && step.touches(at.minus(ROLLOUT), at.plus(BATCH))))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("every service is being deployed at " + at));
            // To the back of the queue: it is taken again only when all others had their turn or are being deployed.
            waiting.remove(service);
            waiting.add(service);
            steps.add(new Step(at, Kind.BATCH, service, BATCH));
        }
    }

    private static void calls(Random random, Duration length, List<Step> steps) {
        Duration first = Duration.ofSeconds(60 + random.nextInt(120));
        for (Duration at = first; at.plus(CALL).compareTo(length) <= 0; at = at.plus(CALL_EVERY)) {
            steps.add(new Step(at, Kind.CALL, "", CALL));
        }
    }

    /** About 30 s on and 60 s off, never twice the same, all of it on one service. */
    private static void warnings(Random random, List<String> services, Duration length, List<Step> steps) {
        String service = services.get(random.nextInt(services.size()));
        Duration at = Duration.ofSeconds(10 + random.nextInt(20));
        while (true) {
            Duration lasts = Duration.ofSeconds(20 + random.nextInt(21));
            if (at.plus(lasts).compareTo(length) > 0) {
                return;
            }
            steps.add(new Step(at, Kind.WARNINGS, service, lasts));
            at = at.plus(lasts).plusSeconds(40 + random.nextInt(41));
        }
    }

    private static int count(double perHour, int least, Duration length) {
        return Math.max(least, (int) Math.round(perHour * length.toSeconds() / 3600.0));
    }

    private static Duration share(Duration whole, double part) {
        return Duration.ofSeconds((long) (whole.toSeconds() * part));
    }

    private static List<String> shuffled(List<String> names, Random random) {
        List<String> order = new ArrayList<>(names);
        Collections.shuffle(order, random);
        return order;
    }
}
