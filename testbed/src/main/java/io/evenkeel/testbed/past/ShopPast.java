package io.evenkeel.testbed.past;

import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.testbed.shop.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the metrics of a sound shop would have said about days in which it did not run: as OTLP requests of its agents, one
 * a step for all replicas together, under the load model that the live users follow. It invents no fault, no deploy and
 * no trace. Pure: the same model gives the same bytes for the same step.
 */
public final class ShopPast {
    /** As the agents export. */
    public static final Duration STEP = Duration.ofSeconds(10);

    /** Whose nightly batch it is. */
    public static final Role BATCHING = Role.CATALOG;

    /** A shop shares its machine: how slow it is, as the standard deviation of a logarithm; knots with lines between. */
    private static final double SLOWNESS = 0.6;

    private static final long SLOWNESS_KNOT_SECONDS = 420;

    private final LoadModel model;
    private final String environment;
    private final String namespace;
    private final Map<Role, String> names;

    /** @param names of the services, by role */
    public ShopPast(LoadModel model, String environment, String namespace, Map<Role, String> names) {
        this.model = model;
        this.environment = environment;
        this.namespace = namespace;
        this.names = Map.copyOf(names);
    }

    /** Gives each step's {@code ExportMetricsServiceRequest}, oldest first; both times are whole steps. */
    public void tell(Instant from, Instant to, Consumer<byte[]> request) {
        List<ReplicaPast> replicas = new ArrayList<>();
        for (Role role : Role.values()) {
            for (int ordinal = 1; ordinal <= role.replicas(); ordinal++) {
                replicas.add(replica(role, ordinal, from, replicas.size()));
            }
        }
        OtlpBytes bytes = new OtlpBytes();
        for (Instant at = from; at.isBefore(to); at = at.plus(STEP)) {
            RandomGenerator random = ofStep(at);
            double all = model.drawnOf(at, STEP, random);
            double buyers = buyersOf(all, random);
            double slowness = slowness(at);
            boolean batching = model.isBatching(at);
            bytes.clear();
            for (ReplicaPast replica : replicas) {
                replica.live(STEP.toSeconds(), buyers, all - buyers, slowness, batching, random);
                replica.export(bytes, nanos(at.plus(STEP)));
            }
            request.accept(bytes.toBytes());
        }
    }

    private ReplicaPast replica(Role role, int ordinal, Instant from, int index) {
        String name = names.getOrDefault(role, role.word());
        OtlpBytes resource = new OtlpBytes()
                .attribute(1, "deployment.environment.name", environment)
                .attribute(1, "service.namespace", namespace)
                .attribute(1, "service.name", name)
                .attribute(1, "service.instance.id", name + "-" + ordinal + "-past")
                .attribute(1, "host.name", "past");
        long phase = STEP.toNanos() / 10 * (index % 10);
        // The platform has the last ready replica do a chore.
        boolean batches = role == BATCHING && ordinal == role.replicas();
        return new ReplicaPast(resource, Usage.of(role), role.replicas(), batches, nanos(from), phase);
    }

    /** Everybody decides alone: a binomial share, by its normal limit. */
    private static double buyersOf(double all, RandomGenerator random) {
        double share = LoadModel.SHARE_OF_BUYERS;
        double scatter = Math.sqrt(all * share * (1 - share));
        return Math.max(0, Math.min(all, all * share + scatter * random.nextGaussian()));
    }

    private double slowness(Instant at) {
        long knot = Math.floorDiv(at.getEpochSecond(), SLOWNESS_KNOT_SECONDS);
        double share = (double) Math.floorMod(at.getEpochSecond(), SLOWNESS_KNOT_SECONDS) / SLOWNESS_KNOT_SECONDS;
        return Math.exp(SLOWNESS * ((1 - share) * knot(knot) + share * knot(knot + 1)));
    }

    private double knot(long knot) {
        return new SplittableRandom(~model.seed() * 0x9e3779b97f4a7c15L + knot).nextGaussian();
    }

    private RandomGenerator ofStep(Instant at) {
        return new SplittableRandom(model.seed() * 0xbf58476d1ce4e5b9L + at.getEpochSecond());
    }

    private static long nanos(Instant at) {
        return at.toEpochMilli() * 1_000_000;
    }
}
