package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.shop.HealthPort;
import io.evenkeel.testbed.shop.Role;
import io.evenkeel.testbed.supervisor.ReplicaStarter.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform that runs the shop: starts it as the ledger wants it and watches it. It heals nothing by itself unless a
 * role's policy says so.
 */
final class Platform {
    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    /** Callees first, so that a fresh shop fails no call. */
    private static final List<Role> START_ORDER =
            List.of(Role.INVENTORY, Role.PAYMENT, Role.CATALOG, Role.CHECKOUT, Role.FRONT);

    private static final Duration RESTART_BACKOFF = Duration.ofSeconds(1);

    private final SupervisorOptions options;
    private final Journal journal;
    private final Operations operations;
    private final Releases releases;
    private final Map<Role, ManagedService> services = new EnumMap<>(Role.class);
    /** Two threads, also those that start the shop: two services at a time, callees first. */
    private final ScheduledExecutorService monitor = Executors.newScheduledThreadPool(2, runnable -> {
        Thread thread = new Thread(runnable, "monitor");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Standing standing = Standing.STARTING;
    private volatile String trouble = "";
    private volatile boolean closing;

    /** How the shop as a whole is. */
    enum Standing {
        STARTING,
        READY,
        /** Not every replica became ready. */
        FAILED
    }

    Platform(
            SupervisorOptions options,
            Journal journal,
            Operations operations,
            Releases releases,
            ReplicaStarter starter,
            Routes routes) {
        this.options = options;
        this.journal = journal;
        this.operations = operations;
        this.releases = releases;
        for (Role role : START_ORDER) {
            if (options.replicas().containsKey(role)) {
                String name = String.valueOf(options.names().get(role));
                services.put(role, new ManagedService(role, name, starter, routes, replica -> crashed(role, replica)));
            }
        }
    }

    /** Writes what a fresh shop shall be, for services the journal does not know yet. */
    static void install(SupervisorOptions options, Journal journal, Releases releases) {
        Map<String, Ledger.Desired> known = Ledger.of(journal.entries()).services();
        options.replicas().forEach((role, replicas) -> {
            String name = String.valueOf(options.names().get(role));
            if (!known.containsKey(name)) {
                Map<String, Object> after =
                        Map.of("version", releases.first(role).version(), "replicas", replicas);
                new Trail(journal, "", name).note("install", after, "");
            }
        });
    }

    /** Starts the shop, two processes at a time, and returns when all are ready or have failed. */
    void startShop() throws InterruptedException {
        List<Future<?>> starts = new ArrayList<>();
        for (Role role : START_ORDER) {
            ManagedService service = services.get(role);
            if (service != null) {
                starts.add(monitor.submit(() -> startService(service)));
            }
        }
        for (Future<?> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                trouble = String.valueOf(e.getCause());
                LOG.error("a service does not start", e.getCause());
            }
        }
        standing = trouble.isEmpty() ? Standing.READY : Standing.FAILED;
        operations.shopStarted();
        monitor.scheduleWithFixedDelay(this::probeAll, 1, 1, TimeUnit.SECONDS);
    }

    private void startService(ManagedService service) {
        Trail trail = new Trail(journal, "", service.name());
        Ledger.Desired before = operations.desired(service.name());
        List<Operation> open = operations.all().stream()
                .filter(operation -> operation.state() == Operation.State.RUNNING
                        && operation.service().equals(service.name()))
                .toList();
        Ledger.Desired wanted = before;
        for (Operation operation : open) {
            wanted = Ledger.target(wanted, operation.action(), operation.after());
        }
        boolean asWanted = fill(service, wanted, trail);
        for (Operation operation : open) {
            operations.conclude(
                    operation,
                    asWanted,
                    "the platform was ended in between; at its next start "
                            + (asWanted
                                    ? "the shop stood as ordered"
                                    : "the shop did not come up as ordered: " + trouble));
        }
        if (!asWanted && !wanted.equals(before)) {
            fill(service, before, trail);
        }
    }

    private boolean fill(ManagedService service, Ledger.Desired wanted, Trail trail) {
        try {
            service.fill(wanted.replicas(), releases.find(service.role(), wanted.version()), trail);
            return true;
        } catch (NotReadyException | BadRequestException e) {
            LOG.error("service does not start name={} reason={}", service.name(), e.getMessage());
            trouble = String.valueOf(e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @throws BadRequestException 404 when there is no service of that name */
    ManagedService service(String name) {
        return services.values().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        404,
                        "no service '" + name + "'; services are "
                                + services.values().stream()
                                        .map(ManagedService::name)
                                        .toList()));
    }

    List<Map<String, Object>> json() {
        return services.values().stream().map(service -> json(service.name())).toList();
    }

    Map<String, Object> json(String name) {
        ManagedService service = service(name);
        Ledger.Desired desired = operations.desired(name);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("role", service.role().word());
        json.put("version", desired.version());
        json.put("previousVersions", desired.previous());
        json.put("desiredReplicas", desired.replicas());
        json.put("replicas", service.replicas().stream().map(Replica::json).toList());
        return json;
    }

    Map<String, Object> health() {
        List<Replica> all = services.values().stream()
                .flatMap(service -> service.replicas().stream())
                .toList();
        return Map.of(
                "state", standing.name().toLowerCase(java.util.Locale.ROOT),
                "ready", all.stream().filter(Replica::isReady).count(),
                "of",
                        services.values().stream()
                                .mapToInt(service ->
                                        operations.desired(service.name()).replicas())
                                .sum(),
                "error", trouble);
    }

    private void probeAll() {
        for (ManagedService service : services.values()) {
            for (Replica replica : service.replicas()) {
                if (replica.isReady() || replica.state() == Replica.State.HUNG) {
                    replica.probed(HealthPort.probe(replica.healthPort(), 400).answered());
                }
            }
        }
    }

    private void crashed(Role role, Replica replica) {
        if (closing) {
            return;
        }
        ManagedService service = services.get(role);
        if (service == null) {
            return;
        }
        int code = replica.process().exitValue();
        LOG.warn("replica ended by itself instance={} code={}", replica.instance(), code);
        Trail trail = new Trail(journal, "", service.name());
        trail.note(
                "exit",
                Map.of("instance", replica.instance(), "pid", replica.identity().pid()),
                "exit code " + code);
        if (options.restartCrashed().contains(role)) {
            monitor.schedule(
                    () -> operations.inLane(service.name(), () -> startAgain(service, replica, trail)),
                    RESTART_BACKOFF.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void startAgain(ManagedService service, Replica replica, Trail trail) {
        try {
            if (service.replicas().contains(replica)) {
                Releases.Release release = releases.find(
                        service.role(), operations.desired(service.name()).version());
                service.restart(replica, release, false, Operations.TERM_TIMEOUT, trail);
            }
        } catch (NotReadyException e) {
            LOG.error("replica does not start again instance={} reason={}", replica.instance(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every process of the shop: TERM to all, KILL to those that are still there after the time given. */
    void end(Duration termTimeout) throws InterruptedException {
        closing = true;
        monitor.shutdownNow();
        operations.close();
        services.values().forEach(ManagedService::terminateAll);
        long deadline = System.nanoTime() + termTimeout.toNanos();
        for (ManagedService service : services.values()) {
            service.killAll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }
}
