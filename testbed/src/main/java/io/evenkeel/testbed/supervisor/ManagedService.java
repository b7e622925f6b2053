package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.shop.HealthPort;
import io.evenkeel.testbed.shop.Registry;
import io.evenkeel.testbed.shop.Role;
import io.evenkeel.testbed.supervisor.ReplicaStarter.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The replicas of one service and what can be done to them. Everything that starts or ends a process is called by one
 * thread at a time, the service's lane; reading is safe at any time. It knows nothing of tokens and desired state; that is
 * {@link Operations}' part.
 */
final class ManagedService {
    /** Requests in flight get this long to end when a replica is drained. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Role role;
    private final String name;
    private final ReplicaStarter starter;
    private final Routes routes;
    private final Consumer<Replica> onExit;
    private final List<Replica> replicas = new ArrayList<>();

    /** @param onExit told when a replica ended that nobody meant to end */
    ManagedService(Role role, String name, ReplicaStarter starter, Routes routes, Consumer<Replica> onExit) {
        this.role = role;
        this.name = name;
        this.starter = starter;
        this.routes = routes;
        this.onExit = onExit;
    }

    Role role() {
        return role;
    }

    String name() {
        return name;
    }

    /** In order of their ordinals. */
    synchronized List<Replica> replicas() {
        return replicas.stream()
                .sorted(Comparator.comparingInt(Replica::ordinal))
                .toList();
    }

    /** Starts what is missing, up to the number wanted. Used for a fresh shop. */
    void fill(int wanted, Releases.Release release, Trail trail) throws NotReadyException, InterruptedException {
        for (int ordinal = 1; ordinal <= wanted; ordinal++) {
            int missing = ordinal;
            if (replicas().stream().noneMatch(replica -> replica.ordinal() == missing)) {
                route(start(missing, release, trail));
            }
        }
    }

    /**
     * Replaces every replica by one of the release: starts the successor, waits until it is ready, moves the callers over,
     * drains and ends the old one; one replica after the other, so that users notice nothing of a sound release. When a
     * successor does not become ready, those replaced already are put back.
     */
    void roll(Releases.Release release, Releases.Release before, Trail trail)
            throws NotReadyException, InterruptedException {
        List<Integer> replaced = new ArrayList<>();
        for (Replica old : replicas()) {
            try {
                succeed(old, release, trail);
                replaced.add(old.ordinal());
            } catch (NotReadyException e) {
                for (Replica fresh : replicas()) {
                    if (replaced.contains(fresh.ordinal())) {
                        succeed(fresh, before, trail);
                    }
                }
                throw e;
            }
        }
    }

    /**
     * Ends a replica and starts its successor. A lone healthy replica gets its successor first, so that somebody serves;
     * in any other case the callers leave at once.
     *
     * @return the successor
     */
    Replica restart(Replica old, Releases.Release release, boolean drain, Duration termTimeout, Trail trail)
            throws NotReadyException, InterruptedException {
        boolean othersServe = replicas().stream().anyMatch(other -> other != old && other.isReady());
        if (old.isReady() && !othersServe) {
            return succeed(old, release, trail);
        }
        end(old, drain, termTimeout, trail);
        Replica fresh = start(old.ordinal(), release, trail);
        route(fresh);
        return fresh;
    }

    /** More replicas are added at the lowest free ordinals, fewer are taken from the highest down. */
    void scale(int wanted, Releases.Release release, Trail trail) throws NotReadyException, InterruptedException {
        List<Replica> now = replicas();
        for (int i = now.size() - 1; i >= wanted; i--) {
            end(now.get(i), true, Operations.TERM_TIMEOUT, trail);
        }
        fill(wanted, release, trail);
    }

    /** Sends TERM to all replicas, for the end of the platform itself. */
    void terminateAll() {
        for (Replica replica : replicas()) {
            replica.state(Replica.State.DRAINING);
            replica.process().destroy();
        }
    }

    /** Kills those that have not ended in time. */
    void killAll(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        for (Replica replica : replicas()) {
            if (!replica.process().waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                replica.process().destroyForcibly();
            }
        }
    }

    private Replica succeed(Replica old, Releases.Release release, Trail trail)
            throws NotReadyException, InterruptedException {
        Replica fresh = start(old.ordinal(), release, trail);
        fresh.routed(true);
        old.routed(false);
        publish();
        end(old, true, Operations.TERM_TIMEOUT, trail);
        return fresh;
    }

    private Replica start(int ordinal, Releases.Release release, Trail trail)
            throws NotReadyException, InterruptedException {
        String instance = starter.nextInstance(role, ordinal);
        trail.effect("start", Map.of("instance", instance, "version", release.version()));
        Replica replica = starter.start(role, ordinal, instance, release);
        replica.state(Replica.State.READY);
        synchronized (this) {
            replicas.add(replica);
        }
        replica.process().onExit().thenRun(() -> exited(replica));
        return replica;
    }

    private void route(Replica replica) {
        replica.routed(true);
        publish();
    }

    /** TERM, then KILL when that does not end it in time: a frozen process takes no TERM. */
    private void end(Replica replica, boolean drain, Duration termTimeout, Trail trail) throws InterruptedException {
        boolean crashed = replica.state() == Replica.State.STOPPED;
        replica.routed(false);
        replica.state(crashed ? Replica.State.STOPPED : Replica.State.DRAINING);
        publish();
        if (!crashed) {
            if (drain) {
                drain(replica);
            }
            trail.effect(
                    "stop",
                    Map.of(
                            "instance",
                            replica.instance(),
                            "pid",
                            replica.identity().pid()));
            replica.process().destroy();
            if (!replica.process().waitFor(termTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
                trail.effect(
                        "kill",
                        Map.of(
                                "instance",
                                replica.instance(),
                                "pid",
                                replica.identity().pid()));
                replica.process().destroyForcibly().waitFor();
            }
            starter.gone(replica);
        }
        synchronized (this) {
            replicas.remove(replica);
        }
    }

    private void drain(Replica replica) throws InterruptedException {
        // Callers read the registry that often; a request under way to it then is not seen as in flight yet.
        TimeUnit.MILLISECONDS.sleep(Registry.LOOK_EVERY_MILLIS + 150);
        long deadline = System.nanoTime() + DRAIN.toNanos();
        while (System.nanoTime() < deadline) {
            HealthPort.Health health = HealthPort.probe(replica.healthPort(), 400);
            if (!health.answered() || health.inFlight() == 0) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void exited(Replica replica) {
        if (replica.state() == Replica.State.DRAINING || replica.state() == Replica.State.STOPPED) {
            return;
        }
        starter.gone(replica);
        onExit.accept(replica);
    }

    private void publish() {
        List<Replica> listed = replicas().stream().filter(Replica::isRouted).toList();
        routes.publish(role, listed);
    }
}
