package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.execution.Executor;
import io.evenkeel.remediation.execution.Executors;
import io.evenkeel.remediation.execution.Planner;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.runbook.Verb;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The repair side of the control plane, wired: planner and runner over one database. Starts no thread; whoever holds it
 * calls {@link #planner()} and {@link #runner()}.
 */
public final class Remediation {
    private final RepairPlanner planner;
    private final ExecutionRunner runner;
    private final StopSwitch stops;

    /**
     * What it stands on.
     *
     * @param configuration files in force
     * @param executors what can act
     * @param stopFile engages everything while it exists
     * @param owner who takes leases, unique per process start
     * @param holdsLease true while this control plane is the one that may act
     * @param ids new ids for executions and tokens
     * @param random jitter of retries
     * @param faults where the process may die
     */
    public record Parts(
            RepairStores stores,
            ConfigurationInForce configuration,
            List<Executor> executors,
            Path stopFile,
            String owner,
            BooleanSupplier holdsLease,
            Supplier<UUID> ids,
            RandomGenerator random,
            FaultPoints faults) {
        public Parts {
            executors = List.copyOf(executors);
        }
    }

    public Remediation(Parts parts) {
        RepairStores stores = parts.stores();
        Executors executors = new Executors(parts.executors());
        Planner plans = new Planner(executors);
        this.stops = new StopSwitch(stores.stops(), parts.stopFile());
        Gatekeeper gatekeeper = new Gatekeeper(stops, stores.limits(), parts.holdsLease());
        this.planner = new RepairPlanner(plans, gatekeeper, parts.configuration(), stores, parts.ids(), parts.owner());
        this.runner = new ExecutionRunner(
                stores.executions(),
                stores.steps(),
                new StepRunner(executors, stores.executions(), stores.steps(), stops, parts.faults(), parts.random()),
                new Precheck(plans, gatekeeper, parts.configuration(), stores.cases(), stores.limits()),
                new Verifier(stores.cases()),
                stops,
                parts.faults(),
                parts.configuration()::isKnown,
                parts.owner());
    }

    /** The executors of this release, over the endpoints of the configuration in force. */
    public static List<Executor> executors(ConfigurationInForce configuration) {
        return List.of(
                new SupervisorExecutor(() -> configuration.get().endpoints()),
                new HttpExecutor(() -> configuration.get().endpoints()));
    }

    /** What the executors of this release offer, for checking files. */
    public static List<Verb> verbs() {
        return new Executors(executors(new ConfigurationInForce())).verbs();
    }

    public RepairPlanner planner() {
        return planner;
    }

    public ExecutionRunner runner() {
        return runner;
    }

    public StopSwitch stops() {
        return stops;
    }
}
