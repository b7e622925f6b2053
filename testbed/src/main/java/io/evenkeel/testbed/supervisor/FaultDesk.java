package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.fault.CpuHold;
import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.fault.ReferenceData;
import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.process.Signals;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Injects faults and takes them back. Faults of processes end with them; a bad release and poisoned data outlive the
 * platform and are listed again at its next start. Each is in the journal. Thread-safe.
 */
final class FaultDesk {
    private static final int[] FAIL_PERCENT = {20, 50, 90};
    private static final int[] DELAY_MILLIS = {200, 400, 800};
    private static final int[] POISONED_PERCENT = {5, 15, 40};

    private final SupervisorOptions options;
    private final Journal journal;
    private final Platform platform;
    private final Orders orders;
    private final Operations operations;
    private final Releases releases;
    private final Routes routes;
    private final InstantSource clock;
    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private final Map<String, List<CpuHold>> cpuHolds = new HashMap<>();

    FaultDesk(
            SupervisorOptions options,
            Journal journal,
            Platform platform,
            Orders orders,
            Operations operations,
            Releases releases,
            Routes routes,
            InstantSource clock) {
        this.options = options;
        this.journal = journal;
        this.platform = platform;
        this.orders = orders;
        this.operations = operations;
        this.releases = releases;
        this.routes = routes;
        this.clock = clock;
        journal.entries().forEach(this::remember);
    }

    /** What was in the journal: durable faults last until taken back, the others ended with their processes. */
    private void remember(Entry entry) {
        if (entry.action().equals("fault") && entry.phase() == Entry.Phase.NOTE) {
            Fault fault = Fault.of(entry.after());
            boolean lasts = fault.kind().isDurable() && options.names().containsValue(fault.service());
            faults.put(fault.id(), lasts ? fault : fault.ended(entry.at()));
        }
        if (entry.action().equals("fault-end")) {
            faults.computeIfPresent(String.valueOf(entry.after().get("id")), (id, fault) -> fault.ended(entry.at()));
        }
    }

    synchronized List<Fault> all() {
        return List.copyOf(faults.values());
    }

    List<Map<String, Object>> json() {
        return all().stream().map(this::json).toList();
    }

    Map<String, Object> json(Fault fault) {
        Map<String, Object> json = fault.json();
        json.put("active", fault.endedAt() == null && isInForce(fault));
        return json;
    }

    /** False once a repair took it away: the frozen process is gone, the bad version is no more. */
    private boolean isInForce(Fault fault) {
        ManagedService victim = platform.service(fault.service());
        return switch (fault.kind()) {
            case BAD_DEPLOY ->
                operations.desired(fault.service()).version().equals(fault.target())
                        || operations
                                .find(fault.id())
                                .filter(deploy -> deploy.state() == Operation.State.RUNNING)
                                .isPresent();
            case HANG, CRASH -> !named(victim, fault.target()).isEmpty();
            case CPU ->
                victim.replicas().stream()
                        .anyMatch(replica -> fault.how()
                                .contains("process " + replica.identity().pid()));
            case LATENCY -> routes.isDelayed(victim.role());
            case POISONED_RECORD -> true;
        };
    }

    /**
     * Injects a fault.
     *
     * @param instance which replica of a hang or crash; null takes the last ready one
     * @throws BadRequestException 404 for an unknown service, 409 when the same fault lasts there already
     */
    synchronized Fault inject(String service, FaultKind kind, int intensity, @Nullable String instance)
            throws InterruptedException {
        if (intensity < 1 || intensity > 3) {
            throw new BadRequestException(422, "intensity is 1, 2 or 3, not " + intensity);
        }
        ManagedService victim = platform.service(service);
        if (kind != FaultKind.HANG && kind != FaultKind.CRASH && lasts(service, kind)) {
            throw new BadRequestException(409, "a " + kind.word() + " of " + service + " lasts already");
        }
        String id = "fault-" + (faults.size() + 1);
        int level = intensity - 1;
        Map<String, Object> what = Map.of("fault", kind.word(), "intensity", intensity);
        journal.append(id, Entry.Phase.EFFECT, "fault", service, Map.of(), what, "");
        Done done = switch (kind) {
            case BAD_DEPLOY -> badDeploy(victim, id, FAIL_PERCENT[level]);
            case HANG -> hang(replica(victim, instance));
            case CRASH -> crash(replica(victim, instance));
            case LATENCY -> slowLink(victim, DELAY_MILLIS[level]);
            case CPU -> lessCpu(victim, id, CpuHold.Level.values()[level]);
            case POISONED_RECORD -> poison(victim, POISONED_PERCENT[level]);
        };
        Fault fault = new Fault(id, service, kind, intensity, done.how(), done.target(), now(), null);
        faults.put(id, fault);
        journal.append(id, Entry.Phase.NOTE, "fault", service, Map.of(), fault.json(), done.how());
        return fault;
    }

    /**
     * Takes a fault back.
     *
     * @throws BadRequestException 404 when there is none of that id
     */
    synchronized Fault revert(String id) {
        Fault fault = faults.get(id);
        if (fault == null) {
            throw new BadRequestException(404, "no fault " + id);
        }
        if (fault.endedAt() != null) {
            return fault;
        }
        ManagedService victim = platform.service(fault.service());
        switch (fault.kind()) {
            case BAD_DEPLOY -> revertDeploy(fault);
            case HANG -> named(victim, fault.target()).forEach(replica -> Signals.resume(replica.identity()));
            case CRASH -> revertCrash(victim, fault);
            case LATENCY -> routes.delay(victim.role(), 0);
            case CPU -> releaseCpu(id);
            case POISONED_RECORD -> writeTable(victim.role(), 0, 0);
        }
        Fault ended = fault.ended(now());
        faults.put(id, ended);
        journal.append(id, Entry.Phase.NOTE, "fault-end", fault.service(), Map.of(), Map.of("id", id), "taken back");
        return ended;
    }

    /** Gives CPU back and thaws what is frozen, so that nothing outlives the platform. */
    synchronized void letGo() {
        List.copyOf(cpuHolds.keySet()).forEach(this::releaseCpu);
    }

    private record Done(String how, String target) {}

    private Done badDeploy(ManagedService victim, String id, int percent) {
        Releases.Release bad = releases.add(victim.role(), null, Map.of("FAIL_RATIO", "0." + percent));
        operations.submit(id, orders.deploy(victim.name(), bad.version()));
        return new Done(
                "release " + bad.version() + " of " + victim.name() + ", which fails " + percent
                        + " % of its calls, is being rolled out",
                bad.version());
    }

    private void revertDeploy(Fault fault) {
        if (operations.desired(fault.service()).version().equals(fault.target())) {
            operations.submit(fault.id() + "-revert", orders.rollback(fault.service(), null));
        }
    }

    private static Done hang(Replica replica) {
        Signals.stop(replica.identity());
        return new Done(
                "SIGSTOP to " + replica.instance() + " (process "
                        + replica.identity().pid() + ")",
                replica.instance());
    }

    private static Done crash(Replica replica) {
        Signals.kill(replica.identity());
        return new Done(
                "SIGKILL to " + replica.instance() + " (process "
                        + replica.identity().pid() + "); it stays down",
                replica.instance());
    }

    private void revertCrash(ManagedService victim, Fault fault) {
        if (!named(victim, fault.target()).isEmpty()) {
            operations.submit(
                    fault.id() + "-revert",
                    orders.restart(victim.name(), fault.target(), false, Operations.TERM_TIMEOUT));
        }
    }

    private Done slowLink(ManagedService victim, int millis) {
        routes.delay(victim.role(), millis);
        return new Done(
                "a TCP proxy before each replica of " + victim.name() + " delays every request by " + millis + " ms",
                "");
    }

    private Done lessCpu(ManagedService victim, String id, CpuHold.Level level) throws InterruptedException {
        List<Replica> ready =
                victim.replicas().stream().filter(Replica::isReady).toList();
        Map<Replica, Long> before = ready.stream()
                .collect(Collectors.toMap(
                        replica -> replica, replica -> replica.identity().cpuTicks()));
        // What it needs is what it used in the last two seconds.
        TimeUnit.SECONDS.sleep(2);
        List<CpuHold> holds = new ArrayList<>();
        for (Replica replica : ready) {
            double needTicks = (replica.identity().cpuTicks() - before.getOrDefault(replica, 0L)) / 2.0;
            holds.add(CpuHold.take(replica.identity(), needTicks, level));
        }
        cpuHolds.put(id, holds);
        return new Done(holds.stream().map(CpuHold::how).collect(Collectors.joining("; ")), "");
    }

    private void releaseCpu(String id) {
        List<CpuHold> holds = cpuHolds.remove(id);
        if (holds != null) {
            holds.forEach(CpuHold::release);
        }
    }

    private Done poison(ManagedService victim, int percent) {
        int count = ReplicaStarter.PRODUCTS * percent / 100;
        int from = ReplicaStarter.PRODUCTS / 4 + 1;
        writeTable(victim.role(), from, from + count - 1);
        return new Done(
                "the records of products " + from + " to " + (from + count - 1) + " in the reference data of "
                        + victim.name() + " are no figures any more",
                "");
    }

    private void writeTable(Role role, int from, int to) {
        Path table = ReplicaStarter.table(options, role);
        try {
            if (to == 0) {
                ReferenceData.writeSound(table, ReplicaStarter.PRODUCTS);
            } else {
                ReferenceData.poison(table, ReplicaStarter.PRODUCTS, from, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + table, e);
        }
    }

    private boolean lasts(String service, FaultKind kind) {
        return faults.values().stream()
                .anyMatch(fault -> fault.endedAt() == null
                        && fault.service().equals(service)
                        && fault.kind() == kind
                        && isInForce(fault));
    }

    private static Replica replica(ManagedService victim, @Nullable String instance) {
        List<Replica> ready = victim.replicas().stream()
                .filter(replica -> instance == null
                        ? replica.isReady()
                        : replica.instance().equals(instance))
                .toList();
        if (ready.isEmpty()) {
            throw new BadRequestException(
                    409, "no " + (instance == null ? "ready replica" : "replica " + instance) + " of " + victim.name());
        }
        return ready.get(ready.size() - 1);
    }

    private static List<Replica> named(ManagedService victim, String instance) {
        return victim.replicas().stream()
                .filter(replica -> replica.instance().equals(instance))
                .toList();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
