package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.IncidentFacts;
import io.evenkeel.remediation.incident.IncidentJudge;
import io.evenkeel.remediation.incident.Judgement;
import io.evenkeel.remediation.kafka.KafkaIntake;
import io.evenkeel.remediation.notify.Delivery;
import io.evenkeel.remediation.postgres.PostgresBlindness;
import io.evenkeel.remediation.postgres.PostgresHousekeeping;
import io.evenkeel.remediation.postgres.PostgresIncidentFacts;
import io.evenkeel.remediation.postgres.PostgresIncidents;
import io.evenkeel.remediation.postgres.PostgresNotifications;
import io.evenkeel.remediation.postgres.PostgresPostmortems;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * What the control plane does by itself, again and again: take events in, judge incidents, write drafts, tell people,
 * read the configuration, tidy up. Each step stands alone; one that fails is logged and tried again at the next round.
 */
final class ControlLoops implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoops.class);

    /** Before the web server, which starts last: nobody signs in before there is a user. */
    private static final int PHASE = 0;

    private static final Duration HOUSEKEEPING = Duration.ofMinutes(30);

    /** What the loops drive. */
    record Steps(
            FirstAdmin firstAdmin,
            KafkaIntake intake,
            PostgresIncidentFacts facts,
            IncidentJudge judge,
            PostgresIncidents incidents,
            PostgresBlindness blindness,
            PostgresPostmortems postmortems,
            PostgresNotifications notifications,
            Delivery delivery,
            Runnable feedback,
            ConfigurationWatch configuration,
            PostgresHousekeeping housekeeping) {}

    private final Steps steps;
    private final InstantSource clock;
    private final Duration tick;
    private final Duration configPoll;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService executor;

    ControlLoops(Steps steps, InstantSource clock, Duration tick, Duration configPoll) {
        this.steps = steps;
        this.clock = clock;
        this.tick = tick;
        this.configPoll = configPoll;
    }

    @Override
    public void start() {
        steps.firstAdmin.create();
        steps.housekeeping.run(clock.instant());
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(5, task -> {
            Thread thread = new Thread(task, "control");
            thread.setDaemon(true);
            return thread;
        });
        executor = threads;
        every(threads, tick, () -> {
            step("judge", this::judge);
            step("blindness", steps.blindness::look);
            step("postmortem", this::draft);
            step("news", () -> steps.notifications.write(steps.configuration.routes()));
        });
        every(
                threads,
                tick,
                () -> step("notify", () -> steps.notifications.send(steps.configuration.routes(), steps.delivery)));
        every(threads, tick, () -> step("feedback", steps.feedback));
        every(threads, configPoll, () -> {
            step("configuration", steps.configuration::look);
            step("publish", steps.configuration::publish);
        });
        threads.scheduleWithFixedDelay(
                () -> step("housekeeping", () -> steps.housekeeping.run(clock.instant())),
                HOUSEKEEPING.toMillis(),
                HOUSEKEEPING.toMillis(),
                TimeUnit.MILLISECONDS);
        steps.intake.start();
    }

    private void judge() {
        for (IncidentFacts facts : steps.facts.undecided()) {
            Judgement judgement = steps.judge.judge(facts, clock.instant());
            if (judgement.event() != null || judgement.needsPerson() != null) {
                steps.incidents.apply(facts.number(), facts.state(), judgement, facts.successor());
            }
        }
    }

    private void draft() {
        steps.postmortems.stale().forEach(steps.postmortems::draft);
    }

    private static void every(ScheduledExecutorService threads, Duration pause, Runnable round) {
        threads.scheduleWithFixedDelay(round, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The first failure of a step in a row is told with its trace, then each sixtieth in one line. */
    private void step(String name, Runnable step) {
        try {
            step.run();
            if (failures.remove(name) != null) {
                LOG.info("step={} works again", name);
            }
        } catch (RuntimeException e) {
            int count = failures.merge(name, 1, Integer::sum);
            if (count == 1) {
                LOG.error("step={} failed; it is tried again every round", name, e);
            } else if (count % 60 == 0) {
                LOG.error("step={} still fails, {} times now: {}", name, count, e.toString());
            }
        }
    }

    @Override
    public void stop() {
        steps.intake.close();
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
