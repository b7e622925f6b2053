package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.shop.Chore;
import io.evenkeel.testbed.shop.HealthPort;
import io.evenkeel.testbed.supervisor.ReplicaStarter.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes orders of what callers ask for, and refuses what cannot be before anything is written or done. What an order needs
 * to know of the service it looks up when its turn has come, not when it was taken.
 */
final class Orders {
    private static final int MOST_REPLICAS = 6;
    private static final int LONGEST_CHORE_SECONDS = 3600;
    private static final int CHORE_ANSWER_MILLIS = 2000;

    private final Platform platform;
    private final Operations operations;
    private final Releases releases;

    Orders(Platform platform, Operations operations, Releases releases) {
        this.platform = platform;
        this.operations = operations;
        this.releases = releases;
    }

    Operations.Order deploy(String name, String version) {
        ManagedService service = platform.service(name);
        releases.find(service.role(), version);
        return roll("deploy", service, version);
    }

    /** @param toVersion null for the one before */
    Operations.Order rollback(String name, @Nullable String toVersion) {
        ManagedService service = platform.service(name);
        Ledger.Desired now = operations.desired(name);
        if (toVersion == null && now.previous().isEmpty()) {
            throw new BadRequestException(409, name + " has no version before " + now.version());
        }
        String version = toVersion == null ? now.previous().get(0) : toVersion;
        releases.find(service.role(), version);
        return roll("rollback", service, version);
    }

    private Operations.Order roll(String action, ManagedService service, String version) {
        return new Operations.Order(action, service.name(), Map.of("version", version), trail -> {
            String now = operations.desired(service.name()).version();
            if (now.equals(version)) {
                return Map.of("unchanged", true);
            }
            service.roll(releases.find(service.role(), version), releases.find(service.role(), now), trail);
            return Map.of();
        });
    }

    /**
     * @param instance which replica; null means those that are not well. A well one is only restarted by its name.
     */
    Operations.Order restart(String name, @Nullable String instance, boolean drain, Duration termTimeout) {
        ManagedService service = platform.service(name);
        if (chosen(service, instance).isEmpty()) {
            throw instance == null
                    ? new BadRequestException(
                            409, "every replica of " + name + " is ready; name the instance that shall be restarted")
                    : new BadRequestException(404, "no replica " + instance + " of " + name + " runs");
        }
        Map<String, Object> wish = instance == null ? Map.of() : Map.of("instance", instance);
        return new Operations.Order("restart", name, wish, trail -> {
            List<String> ended = new ArrayList<>();
            List<String> started = new ArrayList<>();
            for (Replica replica : chosen(service, instance)) {
                Releases.Release release =
                        releases.find(service.role(), operations.desired(name).version());
                ended.add(replica.instance());
                started.add(service.restart(replica, release, drain, termTimeout, trail)
                        .instance());
            }
            if (ended.isEmpty() && instance != null) {
                throw new NotReadyException("no replica " + instance + " of " + name + " runs any more");
            }
            return Map.of("ended", ended, "started", started);
        });
    }

    /**
     * Ordinary work for one replica, the last ready one. Applied means begun; it ends by itself, or with its process.
     */
    Operations.Order chore(String name, String word, int seconds) {
        ManagedService service = platform.service(name);
        if (seconds < 1 || seconds > LONGEST_CHORE_SECONDS) {
            throw new BadRequestException(422, "seconds must be 1 to " + LONGEST_CHORE_SECONDS + ", not " + seconds);
        }
        Chore chore = chore(word);
        Map<String, Object> wish = Map.of("chore", chore.word(), "seconds", seconds);
        return new Operations.Order("chore", name, wish, trail -> {
            List<Replica> ready =
                    service.replicas().stream().filter(Replica::isReady).toList();
            if (ready.isEmpty()) {
                throw new NotReadyException("no ready replica of " + name);
            }
            Replica replica = ready.get(ready.size() - 1);
            trail.effect("chore", Map.of("instance", replica.instance(), "chore", chore.word()));
            if (!HealthPort.begin(replica.healthPort(), chore, Duration.ofSeconds(seconds), CHORE_ANSWER_MILLIS)) {
                throw new NotReadyException(replica.instance() + " did not begin its " + chore.word()
                        + ": it is at it already, or does not answer");
            }
            return Map.of("instance", replica.instance());
        });
    }

    private static Chore chore(String word) {
        try {
            return Chore.of(word);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(422, String.valueOf(e.getMessage()));
        }
    }

    private static List<Replica> chosen(ManagedService service, @Nullable String instance) {
        return service.replicas().stream()
                .filter(replica -> instance == null
                        ? !replica.isReady()
                        : replica.instance().equals(instance))
                .toList();
    }

    Operations.Order scale(String name, int replicas) {
        ManagedService service = platform.service(name);
        if (replicas < 1 || replicas > MOST_REPLICAS) {
            throw new BadRequestException(422, "replicas must be 1 to " + MOST_REPLICAS + ", not " + replicas);
        }
        return new Operations.Order("scale", name, Map.of("replicas", replicas), trail -> {
            Releases.Release release =
                    releases.find(service.role(), operations.desired(name).version());
            service.scale(replicas, release, trail);
            return Map.of();
        });
    }
}
