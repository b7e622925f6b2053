package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.Expression;
import io.evenkeel.remediation.runbook.Facts;
import io.evenkeel.remediation.runbook.Runbook;
import io.evenkeel.remediation.runbook.Step;
import io.evenkeel.remediation.runbook.Template;
import io.evenkeel.remediation.runbook.Undo;
import io.evenkeel.remediation.runbook.VerifyRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a runbook and an incident into a plan against the targets as they are now. Reads targets, causes nothing. The
 * same case, files and target state give the same content hash: figures that move by themselves (ages, confidences,
 * levels) are shown in the plan but are no part of what is approved.
 */
public final class Planner {
    private final Executors executors;

    public Planner(Executors executors) {
        this.executors = executors;
    }

    /**
     * A plan with what the gate needs beside it.
     *
     * @param plan the plan
     * @param facts everything known, for policy
     * @param unmet preconditions that do not hold, as text
     */
    public record Draft(Plan plan, Facts facts, List<String> unmet) {}

    /** True when one of the runbook's triggers holds; one that cannot be answered does not. */
    public static boolean isTriggered(Runbook runbook, RepairCase given) {
        if (given.suspect() == null) {
            return false;
        }
        Facts facts = CaseFacts.with(CaseFacts.of(given), runbook.name(), runbook.risk());
        return runbook.triggers().stream()
                .anyMatch(trigger -> trigger.ask(facts).held());
    }

    /**
     * @throws UnplannableException when a parameter has no value, a target cannot be read, or there is none
     */
    public Draft plan(Runbook runbook, RepairCase given, Configuration configuration) throws UnplannableException {
        Facts incident = CaseFacts.with(CaseFacts.of(given), runbook.name(), runbook.risk());
        Map<String, Object> parameters = parameters(runbook, incident);
        Set<Target> targets = new LinkedHashSet<>();
        List<DiffLine> diff = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        List<Plan.PlannedStep> steps = new ArrayList<>();
        Map<String, Object> live = new HashMap<>();
        Set<String> undos = new LinkedHashSet<>();
        for (Step step : runbook.steps()) {
            Map<String, @Nullable Object> with = new LinkedHashMap<>();
            step.with().forEach((key, value) -> with.put(key, Template.fill(value, parameters)));
            Executor executor = executors.of(step.use());
            Call call = executor.resolve(new Call(step.use(), with));
            List<Target> here = executor.targets(call);
            if (here.isEmpty()) {
                throw new UnplannableException("step " + step.name() + " has no target; nothing is not everything");
            }
            Preview preview = executor.plan(call);
            targets.addAll(here);
            titles.add(preview.title());
            diff.addAll(preview.diff());
            // The first step's target is what the preconditions speak about.
            preview.facts().forEach(live::putIfAbsent);
            String undo = step.undo().kind() == Undo.Kind.RESTORE
                    ? preview.undo()
                    : step.undo().kind() == Undo.Kind.SELF_RESTORING
                            ? "Nothing to take back: " + step.undo().text()
                            : "Cannot be taken back";
            undos.add(undo);
            steps.add(planned(steps.size() + 1, step, undo, call.arguments()));
        }
        Map<String, Object> known = new HashMap<>(live);
        parameters.forEach((name, value) -> known.put("params." + name, value));
        Facts facts = withLevels(incident.with(known), given);
        List<Plan.Precondition> preconditions = new ArrayList<>();
        List<String> unmet = new ArrayList<>();
        for (Runbook.Precondition each : runbook.preconditions()) {
            Expression question = each.question();
            Expression.Answer answer = question.ask(facts);
            preconditions.add(
                    new Plan.Precondition(each.text(), question.source(), answer.held(), shown(question, facts)));
            if (!answer.held()) {
                unmet.add(
                        each.text() + (answer.error() == null ? " (" + shown(question, facts) + ")" : " (no answer)"));
            }
        }
        blastRadius(runbook, targets, facts, unmet);
        String lockKey = lockKey(runbook, given, targets, parameters);
        String policyVersion = configuration.policy().version();
        String targetsHash = CanonicalJson.hash(targets.stream()
                .map(target -> List.of(target.service(), target.instance()))
                .toList());
        String contentHash = contentHash(runbook, parameters, targets, diff, preconditions, policyVersion, given);
        Plan plan = new Plan(
                title(runbook, steps, titles),
                why(given),
                String.join(". ", undos),
                List.copyOf(targets),
                diff,
                steps,
                preconditions,
                verify(runbook.verify(), given),
                parameters,
                given.suspectKey(),
                lockKey,
                contentHash,
                targetsHash,
                policyVersion,
                runbook.onFailure().contains(Runbook.OnFailure.UNDO),
                runbook.onFailure().contains(Runbook.OnFailure.PAGE),
                runbook.limits().cooldown().toSeconds(),
                runbook.limits().maxPerDay(),
                given.now());
        return new Draft(plan, facts, unmet);
    }

    private static Plan.PlannedStep planned(int ordinal, Step step, String undo, Map<String, @Nullable Object> with) {
        return new Plan.PlannedStep(
                ordinal,
                step.name(),
                step.use(),
                undo,
                step.undo().kind(),
                step.risk(),
                with,
                step.stopIfRecovered(),
                step.timeout().toSeconds(),
                step.maxAttempts());
    }

    private static Map<String, Object> parameters(Runbook runbook, Facts incident) throws UnplannableException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Runbook.Parameter> entry : runbook.parameters().entrySet()) {
            Runbook.Parameter parameter = entry.getValue();
            Object value = parameter.type().accept(incident.values().get(parameter.from()));
            if (value == null) {
                value = parameter.otherwise();
            }
            if (value == null) {
                throw new UnplannableException("parameter " + entry.getKey() + " has no value: the incident names no "
                        + parameter.from().substring(parameter.from().indexOf('.') + 1));
            }
            values.put(entry.getKey(), value);
        }
        return values;
    }

    private static Facts withLevels(Facts facts, RepairCase given) {
        List<WatchedSignal> watched = Watch.choose(given);
        Map<String, Object> band = new HashMap<>();
        watched.stream().filter(WatchedSignal::required).findFirst().ifPresent(harm -> {
            band.put("baseline.lower", harm.band().lowerAt(given.now()));
            band.put("baseline.expected", harm.band().expectedAt(given.now()));
            band.put("baseline.upper", harm.band().upperAt(given.now()));
            band.put("before", harm.before());
        });
        return facts.with(band)
                .with(name -> watched.stream()
                        .filter(signal ->
                                signal.name().equals(name) || signal.signal().equals(name))
                        .mapToDouble(WatchedSignal::before)
                        .findFirst()
                        .orElse(Double.NaN));
    }

    /** Number of targets always; the share of healthy replicas only where single replicas are touched. */
    private static void blastRadius(Runbook runbook, Set<Target> targets, Facts facts, List<String> unmet) {
        int most = runbook.limits().maxTargets();
        if (targets.size() > most) {
            unmet.add("touches " + targets.size() + " targets, at most " + most + " are allowed");
        }
        long touched = targets.stream().filter(t -> !t.instance().isEmpty()).count();
        if (touched == 0) {
            return;
        }
        if (!(facts.values().get("target.healthy") instanceof Long healthy)
                || !(facts.values().get("target.replicas") instanceof Long replicas)) {
            return;
        }
        if (healthy < runbook.limits().minHealthy()) {
            unmet.add("only " + healthy + " other replicas are healthy, at least "
                    + runbook.limits().minHealthy() + " must remain");
        }
        if (touched * 100 > runbook.limits().percent() * replicas) {
            unmet.add("touches " + touched + " of " + replicas + " replicas, more than "
                    + runbook.limits().percent() + " %");
        }
    }

    private static String lockKey(
            Runbook runbook, RepairCase given, Set<Target> targets, Map<String, Object> parameters) {
        String key = runbook.limits().concurrencyKey();
        String own =
                key.isEmpty() ? targets.iterator().next().service() : String.valueOf(Template.fill(key, parameters));
        return given.environment() + '/' + own;
    }

    private static VerifyPlan verify(VerifyRule rule, RepairCase given) {
        Expression success = rule.success();
        Expression failure = rule.failure();
        return new VerifyPlan(
                rule.settle().toSeconds(),
                rule.window().toSeconds(),
                rule.consecutive(),
                rule.minSamples(),
                rule.timeout().toSeconds(),
                success == null ? "" : success.source(),
                failure == null ? "" : failure.source(),
                Watch.choose(given),
                given.alarms().stream()
                        .filter(RepairCase.Original::open)
                        .map(RepairCase.Original::id)
                        .toList());
    }

    private static String contentHash(
            Runbook runbook,
            Map<String, Object> parameters,
            Set<Target> targets,
            List<DiffLine> diff,
            List<Plan.Precondition> preconditions,
            String policyVersion,
            RepairCase given) {
        Map<String, Object> content = new HashMap<>();
        content.put("runbook", runbook.hash());
        content.put("environment", given.environment());
        content.put("incident", given.number());
        content.put("params", parameters);
        content.put(
                "targets",
                targets.stream()
                        .map(target -> List.of(target.service(), target.instance()))
                        .toList());
        content.put("diff", diff.stream().map(line -> line.op() + line.text()).toList());
        content.put(
                "preconditions",
                preconditions.stream()
                        .map(each -> List.of(each.question(), each.held()))
                        .toList());
        content.put("policy", policyVersion);
        content.put("risk", runbook.risk());
        return CanonicalJson.hash(content);
    }

    /** What the only step does, with its target; several steps go by the runbook's title. */
    private static String title(Runbook runbook, List<Plan.PlannedStep> steps, List<String> titles) {
        if (titles.size() == 1 && !titles.get(0).isEmpty()) {
            return titles.get(0);
        }
        String service = steps.get(0).call().text("service");
        return service.isEmpty() ? runbook.title() : runbook.title() + ": " + service;
    }

    private static String why(RepairCase given) {
        var suspect = given.suspect();
        if (suspect == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%s is suspected (%s, confidence %.0f %%%s). %s",
                suspect.instance() == null ? suspect.service().name() : suspect.instance(),
                suspect.cause().text(),
                suspect.confidence() * 100,
                suspect.calibrated() ? "" : ", uncalibrated",
                suspect.text());
    }

    private static String shown(Expression question, Facts facts) {
        List<String> values = new ArrayList<>();
        for (String name : new java.util.TreeSet<>(question.names())) {
            Object value = facts.values().get(name);
            values.add(name + " = " + (value == null ? "unknown" : value));
        }
        return String.join(", ", values);
    }

    /** The digest people approve: the content, for this execution, asked for the n-th time. An old yes fits no new ask. */
    public static String digest(Plan plan, Risk risk, long expirySeconds, java.util.UUID execution, int ask) {
        return CanonicalJson.hash(Map.of(
                "content", plan.contentHash(),
                "risk", risk,
                "expirySeconds", expirySeconds,
                "execution", execution,
                "ask", ask));
    }
}
