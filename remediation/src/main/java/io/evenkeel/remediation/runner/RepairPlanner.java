package io.evenkeel.remediation.runner;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionMachine;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.Planner;
import io.evenkeel.remediation.execution.RepairCase;
import io.evenkeel.remediation.execution.UnplannableException;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.incident.TimelineEntry;
import io.evenkeel.remediation.postgres.PostgresExecutions;
import io.evenkeel.remediation.postgres.PostgresRepairCases;
import io.evenkeel.remediation.postgres.PostgresTimeline;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Runbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one incident and proposes what its runbooks would do: one execution per runbook and targets, of which at most
 * one may act. A plan that waits is looked at again and again, so that people always decide about the world as it is. May
 * run many times at once: the database keeps one of each proposal.
 */
public final class RepairPlanner {
    private static final Logger LOG = LoggerFactory.getLogger(RepairPlanner.class);
    private static final Duration LEASE = Duration.ofSeconds(20);

    /** After a superseded plan it is quiet this long, so that two suspects in turn do not flood the timeline. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Planner planner;
    private final Gatekeeper gatekeeper;
    private final ConfigurationInForce configuration;
    private final PostgresRepairCases cases;
    private final PostgresExecutions executions;
    private final PostgresTimeline timeline;
    private final Supplier<UUID> ids;
    private final String owner;

    RepairPlanner(
            Planner planner,
            Gatekeeper gatekeeper,
            ConfigurationInForce configuration,
            RepairStores stores,
            Supplier<UUID> ids,
            String owner) {
        this.planner = planner;
        this.gatekeeper = gatekeeper;
        this.configuration = configuration;
        this.cases = stores.cases();
        this.executions = stores.executions();
        this.timeline = stores.timeline();
        this.ids = ids;
        this.owner = owner;
    }

    /** Looks at the incident; does nothing when there is nothing to plan. */
    public void look(long incident) {
        if (!configuration.isKnown()) {
            // Right after a start; judged by no files at all, plans of the process before would be withdrawn.
            return;
        }
        Optional<RepairCase> read = cases.read(incident);
        if (read.isEmpty()) {
            return;
        }
        RepairCase given = read.get();
        List<ExecutionRow> all = executions.of(incident);
        List<ExecutionRow> open =
                all.stream().filter(row -> row.endedAt() == null).toList();
        if (given.state() != IncidentState.OPEN) {
            if (given.state() != IncidentState.MITIGATED) {
                open.forEach(row -> end(
                        row, ExecutionEvent.INCIDENT_ENDED, "The incident ended before anything was done", "ended"));
            }
            return;
        }
        if (given.suspect() == null || open.stream().anyMatch(row -> ExecutionMachine.isUnderWay(row.state()))) {
            return;
        }
        Map<String, String> planned = propose(given, all, open);
        for (ExecutionRow row : open) {
            String targets = planned.get(row.runbook());
            if (row.plan().targetsHash().equals(targets)) {
                continue;
            }
            if (!row.plan().suspect().equals(given.suspectKey())) {
                end(row, ExecutionEvent.REPLACED, "The suspect is another one now: " + suspect(given), "replaced");
            } else if (targets != null) {
                end(row, ExecutionEvent.REPLACED, "The target is another one now", "replaced");
            }
        }
    }

    /** A runbook that fits, planned and judged. */
    private record Candidate(Runbook runbook, Planner.Draft draft, GateDecision decision) {
        boolean applies() {
            return draft.unmet().isEmpty();
        }
    }

    /** Plans every runbook that fits, and returns the hash of the targets of each by its name. */
    private Map<String, String> propose(RepairCase given, List<ExecutionRow> all, List<ExecutionRow> open) {
        Map<String, String> planned = new HashMap<>();
        String takenBy = open.stream()
                .filter(row -> ExecutionMachine.isWaiting(row.state()))
                .filter(row -> row.plan().suspect().equals(given.suspectKey()))
                .map(ExecutionRow::runbook)
                .findFirst()
                .orElse("");
        List<Candidate> candidates = candidates(given);
        boolean anyApplies = candidates.stream().anyMatch(Candidate::applies);
        for (Candidate candidate : candidates) {
            Runbook runbook = candidate.runbook;
            Plan plan = candidate.draft.plan();
            GateDecision decision = candidate.decision;
            Optional<ExecutionRow> existing = open.stream()
                    .filter(row -> row.runbook().equals(runbook.name())
                            && row.plan().targetsHash().equals(plan.targetsHash()))
                    .findFirst();
            if (anyApplies && !candidate.applies() && existing.isEmpty()) {
                // Of a hang and a crash, which look alike from outside, only the one that it is deserves a card.
                continue;
            }
            if (decision.acts() && !takenBy.isEmpty() && !takenBy.equals(runbook.name())) {
                decision = decision.asSuggestion("Runbook " + takenBy + " comes first; one repair at a time");
            }
            if (decision.acts()) {
                takenBy = runbook.name();
            }
            planned.put(runbook.name(), plan.targetsHash());
            if (existing.isPresent()) {
                review(existing.get().id(), runbook, plan, decision);
            } else {
                add(given, all, runbook, plan, decision);
            }
        }
        return planned;
    }

    private List<Candidate> candidates(RepairCase given) {
        Configuration config = configuration.get();
        List<Runbook> triggered = config.runbooks().values().stream()
                .filter(runbook -> Planner.isTriggered(runbook, given))
                .sorted(Comparator.comparing(Runbook::risk).thenComparing(Runbook::name))
                .toList();
        List<Candidate> candidates = new ArrayList<>();
        for (Runbook runbook : triggered) {
            try {
                Planner.Draft draft = planner.plan(runbook, given, config);
                candidates.add(new Candidate(runbook, draft, gatekeeper.decide(runbook, draft, given, config)));
            } catch (UnplannableException e) {
                unplannable(given, runbook, String.valueOf(e.getMessage()));
            }
        }
        return candidates;
    }

    private void add(RepairCase given, List<ExecutionRow> all, Runbook runbook, Plan plan, GateDecision decision) {
        List<ExecutionRow> earlier = all.stream()
                .filter(row -> row.endedAt() != null
                        && row.runbook().equals(runbook.name())
                        && row.plan().targetsHash().equals(plan.targetsHash()))
                .toList();
        if (!mayProposeAgain(earlier, given)) {
            return;
        }
        UUID id = ids.get();
        Suspect suspect = given.suspect();
        boolean added = executions.propose(
                new PostgresExecutions.Proposal(
                        id,
                        given.number(),
                        given.environment(),
                        runbook,
                        suspect == null ? "UNKNOWN" : suspect.cause().name(),
                        plan,
                        decision,
                        Planner.digest(plan, decision.risk(), decision.expirySeconds(), id, 1),
                        given.number() + ":" + runbook.name() + ':'
                                + plan.targetsHash().substring(0, 16) + ':' + earlier.size(),
                        TimelineEntry.EVENKEEL,
                        plan.steps().stream().map(step -> ids.get()).toList(),
                        plan.steps().stream().map(step -> ids.get()).toList()),
                Notes.of(
                        TimelineEntry.EVENKEEL,
                        "execution.propose",
                        Map.of("runbook", runbook.name(), "incident", given.number(), "content", plan.contentHash())));
        if (!added) {
            return;
        }
        LOG.info(
                "execution_proposed id={} incident={} runbook={} outcome={}",
                id,
                given.number(),
                runbook.name(),
                decision.outcome());
        review(id, runbook, plan, decision);
    }

    /** A person's no ends it for this incident; after a run it rests; after an expiry or a stop it is asked anew. */
    private static boolean mayProposeAgain(List<ExecutionRow> earlier, RepairCase given) {
        for (ExecutionRow row : earlier) {
            String by = row.endedBy();
            boolean calledOff = row.state() == ExecutionState.CANCELLED || row.state() == ExecutionState.HALTED;
            boolean personEnded = row.state() == ExecutionState.REJECTED || (calledOff && !"stop".equals(by));
            if (personEnded) {
                return false;
            }
            Duration rest = row.startedAt() != null
                    ? Duration.ofSeconds(row.plan().cooldownSeconds())
                    : row.state() == ExecutionState.SUPERSEDED ? QUIET : Duration.ZERO;
            var end = row.endedAt();
            if (end != null && end.plus(rest).isAfter(given.now())) {
                return false;
            }
        }
        return true;
    }

    private void review(UUID id, Runbook runbook, Plan plan, GateDecision decision) {
        withLease(id, row -> {
            if (ExecutionMachine.isWaiting(row.state())) {
                reviewWaiting(row, runbook, plan, decision);
            } else if (ExecutionMachine.isResting(row.state())) {
                reviewResting(row, runbook, plan, decision);
            }
        });
    }

    private void reviewWaiting(ExecutionRow row, Runbook runbook, Plan plan, GateDecision decision) {
        List<io.evenkeel.remediation.gate.Stop> stops = gatekeeper.stopping(runbook, row.environment());
        if (!stops.isEmpty()) {
            String text = stops.get(0).text();
            executions.move(
                    row,
                    Move.rest(
                            ExecutionEvent.STOPPED,
                            text,
                            Notes.of(
                                            TimelineEntry.EVENKEEL,
                                            "execution.cancel",
                                            Map.of("stop", stops.get(0).scope()))
                                    .line("approval", row.plan().title() + " is off: " + text, "stopped")));
            return;
        }
        boolean sameWait = row.state() == ExecutionState.AWAITING_VETO
                ? decision.outcome() == GateOutcome.RUN_AFTER_VETO
                : decision.asksLike(row.gate());
        if (sameWait && plan.contentHash().equals(row.plan().contentHash())) {
            return;
        }
        String why = plan.contentHash().equals(row.plan().contentHash())
                ? "The gate decides otherwise now"
                : "The target or the rules changed since it was asked";
        ExecutionRow stale = executions.move(
                row,
                Move.rest(
                        ExecutionEvent.CHANGED,
                        why,
                        Notes.of(TimelineEntry.EVENKEEL, "execution.stale", Map.of("was", row.digest()))
                                .line(
                                        "approval",
                                        row.plan().title() + ": " + why + "; an earlier yes no longer counts",
                                        "stale:" + row.asks())));
        reviewResting(stale, runbook, plan, decision);
    }

    private void reviewResting(ExecutionRow row, Runbook runbook, Plan plan, GateDecision decision) {
        ExecutionEvent event = event(decision.outcome());
        ExecutionState next = ExecutionMachine.next(row.state(), event).orElseThrow();
        String text = GateWords.state(decision);
        if (next == row.state()) {
            if (!decision.equals(row.gate())
                    || !plan.contentHash().equals(row.plan().contentHash())) {
                executions.note(row, decision, plan, text);
            }
            return;
        }
        Notes notes = GateWords.notes(runbook, plan, decision, row);
        boolean waits = ExecutionMachine.isWaiting(next);
        int asks = waits ? row.asks() + 1 : row.asks();
        String digest = Planner.digest(plan, decision.risk(), decision.expirySeconds(), row.id(), asks);
        if (waits) {
            executions.ask(
                    row,
                    Move.rest(event, text, notes),
                    runbook,
                    plan,
                    decision,
                    digest,
                    Duration.ofSeconds(decision.expirySeconds()));
            return;
        }
        Move move = next == ExecutionState.APPROVED ? Move.now(event, text, notes) : Move.rest(event, text, notes);
        executions.review(row, move, runbook, plan, decision, digest);
    }

    private void end(ExecutionRow row, ExecutionEvent event, String text, String dedupe) {
        boolean legal =
                ExecutionMachine.next(row.state(), event).isPresent() && !ExecutionMachine.isUnderWay(row.state());
        if (!legal) {
            return;
        }
        withLease(row.id(), claimed -> {
            if (ExecutionMachine.next(claimed.state(), event).isPresent()
                    && !ExecutionMachine.isUnderWay(claimed.state())) {
                Notes notes = Notes.of(TimelineEntry.EVENKEEL, "execution.end", Map.of("why", text));
                boolean asked = ExecutionMachine.isWaiting(claimed.state());
                executions.move(
                        claimed,
                        Move.rest(
                                event,
                                text,
                                asked
                                        ? notes.line("approval", claimed.plan().title() + " is off: " + text, dedupe)
                                        : notes));
            }
        });
    }

    private void withLease(UUID id, Consumer<ExecutionRow> work) {
        Optional<ExecutionRow> claimed = executions.claim(id, owner, LEASE);
        if (claimed.isEmpty()) {
            return;
        }
        try {
            work.accept(claimed.get());
        } catch (LeaseLostException e) {
            LOG.debug("execution_passed_on id={} reason=\"{}\"", id, e.getMessage());
        } finally {
            executions.free(claimed.get());
        }
    }

    private void unplannable(RepairCase given, Runbook runbook, String why) {
        LOG.debug("runbook_unplannable incident={} runbook={} reason=\"{}\"", given.number(), runbook.name(), why);
        timeline.append(new TimelineEntry(
                given.number(),
                given.now(),
                "proposed",
                runbook.title() + ": it fits, but cannot be planned: " + why,
                TimelineEntry.EVENKEEL,
                null,
                null,
                null,
                "unplannable:" + runbook.name() + ':' + why));
    }

    static ExecutionEvent event(GateOutcome outcome) {
        return switch (outcome) {
            case RUN -> ExecutionEvent.GATE_RUNS;
            case RUN_AFTER_VETO -> ExecutionEvent.GATE_WAITS_FOR_VETO;
            case ASK -> ExecutionEvent.GATE_ASKS;
            case SUGGEST -> ExecutionEvent.GATE_SUGGESTS;
            case OBSERVE -> ExecutionEvent.GATE_OBSERVES;
            case REFUSE -> ExecutionEvent.GATE_REFUSED;
        };
    }

    private static String suspect(RepairCase given) {
        Suspect suspect = given.suspect();
        return suspect == null
                ? "nobody"
                : suspect.service().name() + " (" + suspect.cause().text() + ")";
    }
}
