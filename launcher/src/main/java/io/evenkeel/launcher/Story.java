package io.evenkeel.launcher;

import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.postgres.TimelineReader;
import io.evenkeel.testbed.SupervisorClient;
import io.evenkeel.testbed.TestBedOptions;
import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.shop.Role;
import io.evenkeel.testbed.story.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Lets things happen to the shop, through its platform and nothing else, and tells on the terminal what Evenkeel makes of
 * them. Evenkeel is told nothing: it sees telemetry.
 */
final class Story {
    private static final Logger LOG = LoggerFactory.getLogger(Story.class);
    private static final Duration ROLLOUT = Duration.ofMinutes(2);
    private static final Duration QUIET_AFTER_DEPLOY = Duration.ofSeconds(75);
    private static final Duration LONGEST_INCIDENT = Duration.ofMinutes(15);
    private static final Duration UNTIL_MENDED_BY_HAND = Duration.ofSeconds(90);
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(60);

    private final Terminal terminal;
    private final SupervisorClient platform;
    private final TestBedOptions bed;
    private final PostgresServer database;
    private final String console;
    private final String place;

    /** @param place option that names the demo's data directory, empty where it is the usual one */
    Story(
            Terminal terminal,
            SupervisorClient platform,
            TestBedOptions bed,
            PostgresServer database,
            String console,
            String place) {
        this.terminal = terminal;
        this.platform = platform;
        this.bed = bed;
        this.database = database;
        this.console = console;
        this.place = place;
    }

    /** Nothing happens by itself; whatever happens is told. */
    void tellOnly() throws InterruptedException {
        startTelling();
        try {
            takeBackWhatLasts();
        } catch (IOException e) {
            terminal.problem("faults of an earlier run may last: " + e.getMessage());
            LOG.error("earlier faults", e);
        }
        terminal.line("Nothing will happen by itself. Break something: ./evenkeel break payment bad-deploy" + place);
    }

    /**
     * @param seed draws the fault; null for the told story
     * @param calm time in which the first bands are learned
     */
    void run(@Nullable Long seed, Duration calm) throws InterruptedException {
        startTelling();
        Scenario first = seed == null ? Scenario.first() : Scenario.draw(seed);
        if (seed != null) {
            say("Seed " + seed + ": " + first.text());
        }
        try {
            takeBackWhatLasts();
            awaitCalm();
            say("Calm for " + calm.toSeconds() + " s: Evenkeel learns what is usual. The console should be quiet.");
            Thread.sleep(calm.toMillis());
            innocentDeploy();
            happen(first);
            if (seed == null) {
                Thread.sleep(BETWEEN_FAULTS.toMillis());
                happen(Scenario.second());
            }
            say("The story is told. Break something else: ./evenkeel break <service> <fault>" + place
                    + ", or Ctrl-C to stop.");
        } catch (IOException e) {
            terminal.problem("the story cannot go on: " + e.getMessage());
            LOG.error("story stopped", e);
        }
    }

    /** A fault of an earlier run that still lasts would be found first, and be taken for one of this story. */
    private void takeBackWhatLasts() throws IOException, InterruptedException {
        for (JsonNode fault : platform.faults()) {
            if (!fault.path("active").asBoolean()) {
                continue;
            }
            String what = fault.path("fault").asString() + " of "
                    + fault.path("service").asString();
            say("Left by an earlier run: " + what + ", since "
                    + fault.path("startedAt").asString() + ". The demo takes it back.");
            JsonNode left = platform.revertAndAwait(fault.path("id").asString(), ROLLOUT);
            if (left.path("active").asBoolean()) {
                say("The " + what + " could not be taken back within " + ROLLOUT.toSeconds()
                        + " s, so the story begins with it. Its log: " + bed.logs());
            }
        }
    }

    /** Incidents of an earlier run are Evenkeel's to close; a new fault would only join them. */
    private void awaitCalm() throws InterruptedException {
        try (TimelineReader reader = new TimelineReader(database)) {
            long open = reader.openIncidents();
            if (open == 0) {
                return;
            }
            say(open + (open == 1 ? " incident is" : " incidents are")
                    + " still open from an earlier run. The story waits until none is; you may close it: " + console);
        } catch (TimelineReader.AwayException e) {
            LOG.warn("cannot read the open incidents; waiting until they can be read", e);
        }
        await("No incident is open.", open -> open == 0);
    }

    private void innocentDeploy() throws IOException, InterruptedException {
        String service = bed.nameOf(Role.CATALOG);
        String version = platform.newRelease(service);
        String key = UUID.randomUUID().toString();
        say("The team deploys " + service + " " + version + ". It is innocent; nothing should open.");
        platform.deploy(service, version, key);
        platform.awaitOperation(key, ROLLOUT);
        Thread.sleep(QUIET_AFTER_DEPLOY.toMillis());
    }

    private void happen(Scenario scenario) throws IOException, InterruptedException {
        Thread.sleep(scenario.afterCalm().toMillis());
        String service = bed.nameOf(scenario.victim());
        var fault = platform.inject(service, scenario.fault().word(), scenario.intensity());
        say("FAULT  " + scenario.fault().word() + " of " + service + ": "
                + fault.path("how").asString(""));
        await("An incident is open. Look at it, and decide: " + console, open -> open > 0);
        if (!isRepairedByRunbook(scenario.fault())) {
            Thread.sleep(UNTIL_MENDED_BY_HAND.toMillis());
            platform.revert(fault.path("id").asString());
            say("No runbook knows this one. The team mends it by hand.");
        }
        await("It is over: no incident is open.", open -> open == 0);
    }

    /** What no runbook of the demo mends the demo takes back itself, so that the story can end. */
    private static boolean isRepairedByRunbook(FaultKind fault) {
        return fault == FaultKind.BAD_DEPLOY || fault == FaultKind.HANG || fault == FaultKind.CRASH;
    }

    private void await(String then, LongPredicate openIncidents) throws InterruptedException {
        Instant deadline = Instant.now().plus(LONGEST_INCIDENT);
        while (Instant.now().isBefore(deadline)) {
            Thread.sleep(500);
            try (TimelineReader reader = new TimelineReader(database)) {
                if (openIncidents.test(reader.openIncidents())) {
                    say(then);
                    return;
                }
            } catch (TimelineReader.AwayException e) {
                LOG.warn("cannot read the open incidents; trying again", e);
            }
        }
        say("Nothing changed for " + LONGEST_INCIDENT.toMinutes() + " minutes; the story goes on without waiting.");
    }

    private void say(String text) {
        terminal.told(Instant.now(), text);
    }

    private void startTelling() {
        Thread teller = new Thread(this::tell, "storyteller");
        teller.setDaemon(true);
        teller.start();
    }

    private void tell() {
        long last = -1;
        while (!Thread.currentThread().isInterrupted()) {
            try (TimelineReader reader = new TimelineReader(database)) {
                if (last < 0) {
                    last = reader.newest();
                }
                while (true) {
                    for (TimelineReader.Line line : reader.after(last)) {
                        terminal.told(line.at(), "INC-" + line.incident() + "  " + line.text());
                        last = line.id();
                    }
                    Thread.sleep(500);
                }
            } catch (TimelineReader.AwayException e) {
                LOG.warn("cannot read the timeline; trying again", e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
