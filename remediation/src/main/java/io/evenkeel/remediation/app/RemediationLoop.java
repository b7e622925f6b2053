package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.postgres.PostgresRepairCases;
import io.evenkeel.remediation.runner.Remediation;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/**
 * Plans and drives repairs, again and again, while this process holds the lease: an incident that changed at once, every
 * other one each few seconds; executions as they are due. Everything is read from the database each time, so that a
 * restart goes on where the last process stopped.
 */
public final class RemediationLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RemediationLoop.class);

    /** After the loops that take events in and read the configuration. */
    private static final int PHASE = 10;

    /** Every incident is looked at anew after so many rounds. */
    private static final int ROUNDS = 3;

    private static final int DRIVERS = 2;
    private static final Duration DRIVE = Duration.ofMillis(300);

    private final Remediation remediation;
    private final PostgresRepairCases cases;
    private final RepairLease lease;
    private final Duration tick;
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService executor;
    private volatile boolean mayAct;
    private int round;

    RemediationLoop(Remediation remediation, PostgresRepairCases cases, RepairLease lease, Duration tick) {
        this.remediation = remediation;
        this.cases = cases;
        this.lease = lease;
        this.tick = tick;
    }

    /** A hint: the incident is looked at in the next round. */
    @EventListener
    public void onChange(IncidentChanged change) {
        changed.add(change.number());
    }

    @Override
    public void start() {
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(2 + DRIVERS, task -> {
            Thread thread = new Thread(task, "repairs");
            thread.setDaemon(true);
            return thread;
        });
        executor = threads;
        // By itself: a round of planning waits for targets, and a lease that lapses meanwhile would refuse what was
        // approved.
        threads.scheduleWithFixedDelay(
                () -> step("lease", () -> mayAct = lease.renew()), 0, tick.toMillis(), TimeUnit.MILLISECONDS);
        threads.scheduleWithFixedDelay(this::planRound, 0, tick.toMillis(), TimeUnit.MILLISECONDS);
        for (int i = 0; i < DRIVERS; i++) {
            threads.scheduleWithFixedDelay(
                    () -> step("drive", this::drive), DRIVE.toMillis(), DRIVE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void planRound() {
        if (!mayAct) {
            return;
        }
        boolean all = round++ % ROUNDS == 0;
        step("plan", () -> {
            Set<Long> hinted = Set.copyOf(changed);
            changed.removeAll(hinted);
            for (long incident : cases.toPlan()) {
                if (all || hinted.contains(incident)) {
                    step("plan INC-" + incident, () -> remediation.planner().look(incident));
                }
            }
        });
    }

    private void drive() {
        while (mayAct && remediation.runner().driveOne()) {
            // As long as something is due.
        }
    }

    /** The first failure of a step in a row is told with its trace, then each sixtieth in one line. */
    private void step(String name, Runnable step) {
        try {
            step.run();
            if (failures.remove(name) != null) {
                LOG.info("step=\"{}\" works again", name);
            }
        } catch (RuntimeException e) {
            if (name.equals("lease")) {
                // Without the database nobody knows who may act, so this process must not.
                mayAct = false;
            }
            int count = failures.merge(name, 1, Integer::sum);
            if (count == 1) {
                LOG.error("step=\"{}\" failed; it is tried again every round", name, e);
            } else if (count % 60 == 0) {
                LOG.error("step=\"{}\" still fails, {} times now: {}", name, count, e.toString());
            }
        }
    }

    @Override
    public void stop() {
        ScheduledExecutorService threads = executor;
        if (threads != null) {
            threads.shutdown();
            try {
                if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                    threads.shutdownNow();
                }
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
            }
            step("release", lease::release);
        }
        executor = null;
    }

    @Override
    public boolean isRunning() {
        return executor != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
