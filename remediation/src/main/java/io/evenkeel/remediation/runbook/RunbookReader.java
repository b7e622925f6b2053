package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.Risk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one runbook file. Everything wrong with it is reported at once; a runbook with problems is not used. */
final class RunbookReader {
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private final Map<String, Verb> verbs;
    private final Problems problems;

    RunbookReader(Map<String, Verb> verbs, Problems problems) {
        this.verbs = verbs;
        this.problems = problems;
    }

    /**
     * @param text the file's text
     * @param hash SHA-256 of its bytes
     */
    Runbook read(YamlNode root, String text, String hash) {
        YamlMap document = Document.open(root, "Runbook", problems);
        Optional<YamlMap> metadata = document.required("metadata", "a mapping with a name")
                .map(node -> YamlMap.of(node, "metadata", problems));
        Optional<YamlMap> spec = document.required("spec", "a mapping with triggers, steps and verify")
                .map(node -> YamlMap.of(node, "spec", problems));
        document.finish();
        String name = metadata.map(map -> map.text("name")).orElse("");
        String title = metadata.map(map -> map.text("title", name)).orElse(name);
        String owner = metadata.map(map -> map.text("owner", "")).orElse("");
        String docs = metadata.map(map -> map.text("docs", "")).orElse("");
        metadata.ifPresent(YamlMap::finish);
        if (!name.isEmpty() && !name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            metadata.ifPresent(map -> map.problem(
                    "name", "runbook name '" + name + "'", "lower-case letters, digits and hyphens", "rename it"));
        }
        YamlMap body = spec.orElseGet(() ->
                YamlMap.of(new YamlNode.Mapping(root.file(), root.line(), Map.of(), Map.of()), "spec", new Problems()));
        return body(body, root, name, title, owner, docs, text, hash);
    }

    private Runbook body(
            YamlMap spec,
            YamlNode root,
            String name,
            String title,
            String owner,
            String docs,
            String text,
            String hash) {
        Risk declared = risk(spec, Risk.MEDIUM);
        List<Expression> triggers = triggers(spec);
        Map<String, Runbook.Parameter> parameters = parameters(spec);
        Map<String, ParameterType> types = new LinkedHashMap<>();
        parameters.forEach((key, parameter) -> types.put(key, parameter.type()));
        List<Runbook.Precondition> preconditions = preconditions(spec, Vocabulary.preconditions(types));
        Limits limits = limits(spec);
        Optional<YamlMap> approvalMap = spec.map("approval", "approval");
        Expression approvalWhen = approvalMap
                .flatMap(map -> map.optional("when"))
                .flatMap(node -> Expression.compile(node, Vocabulary.policy(), problems))
                .orElse(null);
        String group = approvalMap.map(map -> map.text("group", "")).orElse("");
        ApprovalRule approval = approvalMap.map(map -> approval(map, List.of())).orElse(null);
        approvalMap.ifPresent(YamlMap::finish);
        List<Step> steps = steps(spec, declared);
        VerifyRule verify = verify(spec);
        Set<Runbook.OnFailure> onFailure = onFailure(spec);
        spec.finish();
        checkUse(spec, parameters, preconditions, limits, steps);
        Risk risk = declared;
        for (Step step : steps) {
            risk = max(risk, step.risk());
        }
        return new Runbook(
                name,
                title,
                owner,
                docs,
                root.file(),
                hash,
                text,
                risk,
                triggers,
                parameters,
                preconditions,
                limits,
                approval,
                group,
                approvalWhen,
                steps,
                verify,
                onFailure);
    }

    /** Each is a question, or {@code {when: question, says: what must hold in people's words}}. */
    private List<Runbook.Precondition> preconditions(YamlMap spec, Vocabulary vocabulary) {
        List<Runbook.Precondition> preconditions = new ArrayList<>();
        for (YamlNode each : spec.list("preconditions")) {
            if (each instanceof YamlNode.Scalar) {
                Expression.compile(each, vocabulary, problems)
                        .ifPresent(
                                question -> preconditions.add(new Runbook.Precondition(question, question.source())));
                continue;
            }
            YamlMap map = YamlMap.of(each, "a precondition", problems);
            String says = map.text("says");
            map.required("when", "a question such as \"target.healthy >= 1\"")
                    .flatMap(node -> Expression.compile(node, vocabulary, problems))
                    .ifPresent(question -> preconditions.add(new Runbook.Precondition(question, says)));
            map.finish();
        }
        return preconditions;
    }

    private List<Expression> triggers(YamlMap spec) {
        List<Expression> triggers = new ArrayList<>();
        spec.required("triggers", "a list of {incident: \"…\"}");
        for (YamlMap trigger : spec.maps("triggers", "a trigger")) {
            trigger.required("incident", "a question about the incident, such as \"cause.kind == 'hang'\"")
                    .flatMap(node -> Expression.compile(node, Vocabulary.triggers(), problems))
                    .ifPresent(triggers::add);
            trigger.finish();
        }
        return triggers;
    }

    private Map<String, Runbook.Parameter> parameters(YamlMap spec) {
        Map<String, Runbook.Parameter> parameters = new LinkedHashMap<>();
        Optional<YamlMap> map = spec.map("parameters", "parameters");
        if (map.isEmpty()) {
            return parameters;
        }
        for (String name : map.get().keys()) {
            YamlMap each = YamlMap.of(map.get().optional(name).orElseThrow(), "parameter " + name, problems);
            ParameterType type = parameterType(each);
            String from = each.text("from", "");
            if (!from.isEmpty() && !Vocabulary.incidentNames().contains(from)) {
                each.problem(
                        "from",
                        "parameter " + name + " is filled from '" + from + "', which is not known",
                        "one of " + String.join(", ", Vocabulary.incidentNames()),
                        "mend it");
            }
            Object otherwise = null;
            Optional<YamlNode> given = each.optional("default");
            if (given.isPresent()) {
                otherwise = type.accept(given.get().plain());
                if (otherwise == null) {
                    each.problem(
                            "default",
                            "the default of parameter " + name + " is "
                                    + given.get().kind(),
                            "a value of type " + type.name().toLowerCase(java.util.Locale.ROOT),
                            "mend it");
                }
            }
            if (from.isEmpty() && given.isEmpty()) {
                each.problem("parameter " + name + " gets no value", "'from:' or 'default:'", "add one");
            }
            each.finish();
            parameters.put(name, new Runbook.Parameter(type, from, otherwise));
        }
        return parameters;
    }

    private static ParameterType parameterType(YamlMap each) {
        return each.word("type", ParameterType.class, ParameterType.STRING);
    }

    private Limits limits(YamlMap spec) {
        Optional<YamlMap> map = spec.map("limits", "limits");
        if (map.isEmpty()) {
            // Without a word from its author a repair may run three times a day, with half an hour between.
            return new Limits("", 3, Duration.ofMinutes(30), 1, 100, 0);
        }
        YamlMap limits = map.get();
        String key = limits.text("concurrencyKey", "");
        int maxPerDay = limits.integer("maxPerDay", 1, 1000, 3);
        Duration cooldown = limits.duration("cooldown", Duration.ofMinutes(30));
        int max = 1;
        int percent = 100;
        int minHealthy = 0;
        Optional<YamlMap> blast = limits.map("blastRadius", "blastRadius");
        if (blast.isPresent()) {
            max = blast.get().integer("max", 1, 1000, 1);
            percent = blast.get().integer("percent", 1, 100, 100);
            minHealthy = blast.get().integer("minHealthy", 0, 1000, 0);
            blast.get().finish();
        }
        limits.finish();
        return new Limits(key, maxPerDay, cooldown, max, percent, minHealthy);
    }

    static ApprovalRule approval(YamlMap map, List<String> people) {
        Duration expires = map.has("expires") ? map.duration("expires", Duration.ofMinutes(15)) : null;
        List<String> roles = map.texts("roles");
        for (String role : roles) {
            if (!ApprovalRule.APPROVERS.contains(role)) {
                map.problem(
                        "roles",
                        "role '" + role + "' never approves",
                        "one of " + String.join(", ", ApprovalRule.APPROVERS),
                        "mend or remove it");
            }
        }
        return new ApprovalRule(map.integer("quorum", 1, 20, 1), roles, people, expires);
    }

    private List<Step> steps(YamlMap spec, Risk declared) {
        List<Step> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        spec.required("steps", "at least one step");
        for (YamlMap each : spec.maps("steps", "a step")) {
            Step step = step(each, declared);
            if (!names.add(step.name())) {
                each.problem("name", "step '" + step.name() + "' is there twice", "each name once", "rename one");
            }
            steps.add(step);
        }
        if (steps.isEmpty() && spec.has("steps")) {
            spec.problem("steps", "the runbook does nothing", "at least one step", "add it or remove the file");
        }
        return steps;
    }

    private Step step(YamlMap each, Risk declared) {
        String name = each.text("name");
        String use = each.text("use");
        Map<String, @Nullable Object> with = new LinkedHashMap<>();
        Optional<YamlMap> arguments = each.map("with", "with of step " + name);
        arguments.ifPresent(map -> map.keys()
                .forEach(key -> with.put(key, map.optional(key).orElseThrow().plain())));
        Verb verb = verbs.get(use);
        Undo undo = undo(each, name, verb);
        Risk risk = risk(each, declared);
        if (verb == null && !use.isEmpty()) {
            each.problem(
                    "use",
                    "no executor knows '" + use + "'",
                    "one of " + String.join(", ", new java.util.TreeSet<>(verbs.keySet())),
                    "mend it");
        } else if (verb != null) {
            risk = max(risk, verb.atLeast());
            checkArguments(each, verb, arguments, with);
        }
        if (undo.kind() == Undo.Kind.IRREVERSIBLE) {
            risk = Risk.HIGH;
        }
        boolean stop = each.flag("stopIfRecovered", false);
        Duration timeout = each.duration("timeout", Duration.ofMinutes(2));
        if (each.has("timeoutSeconds")) {
            timeout = Duration.ofSeconds(each.integer("timeoutSeconds", 1, 3600, 120));
        }
        if (timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            each.problem("timeout", "step " + name + " may take " + timeout, "1s to 1h", "mend it");
        }
        int attempts = each.integer("maxAttempts", 1, 10, 3);
        each.finish();
        return new Step(name, use, with, undo, risk, stop, timeout, attempts, each.line());
    }

    private void checkArguments(YamlMap step, Verb verb, Optional<YamlMap> arguments, Map<String, ?> with) {
        for (String required : verb.required()) {
            if (!with.containsKey(required)) {
                step.problem(
                        "with",
                        verb.use() + " has no '" + required + "'",
                        "'" + required + ": …' under with",
                        "add it");
            }
        }
        for (String given : with.keySet()) {
            if (!verb.required().contains(given) && !verb.optional().contains(given) && !given.equals("endpoint")) {
                Set<String> known = new java.util.TreeSet<>(verb.required());
                known.addAll(verb.optional());
                arguments.ifPresent(map -> map.problem(
                        given,
                        verb.use() + " takes no '" + given + "'",
                        "one of " + String.join(", ", known),
                        "mend or remove it"));
            }
        }
        for (String literal : List.of("endpoint", "path", "method")) {
            if (with.get(literal) instanceof String text && Template.hasHole(text)) {
                arguments.ifPresent(map -> map.problem(
                        literal,
                        "'" + literal + "' is built from a parameter",
                        "a fixed text: addresses come from the catalogue by name, never from what an incident says",
                        "write it out"));
            }
        }
    }

    private Undo undo(YamlMap step, String name, @Nullable Verb verb) {
        boolean irreversible = step.flag("irreversible", false);
        Optional<YamlMap> map = step.map("undo", "undo of step " + name);
        if (irreversible && map.isPresent()) {
            step.problem("undo", "step " + name + " has an undo and is irreversible", "one of both", "remove one");
        }
        if (irreversible) {
            return new Undo(Undo.Kind.IRREVERSIBLE, "cannot be taken back");
        }
        if (map.isEmpty()) {
            step.problem(
                    "step " + name + " does not say how it is taken back",
                    "'undo: {restore: before}', 'undo: {selfRestoring: \"why\"}' or 'irreversible: true'",
                    "add one");
            return new Undo(Undo.Kind.IRREVERSIBLE, "");
        }
        String restore = map.get().text("restore", "");
        String selfRestoring = map.get().text("selfRestoring", "");
        map.get().finish();
        if (restore.isEmpty() == selfRestoring.isEmpty()) {
            step.problem("undo", "undo of step " + name, "exactly one of restore and selfRestoring", "mend it");
        } else if (!restore.isEmpty() && !restore.equals("before")) {
            step.problem("undo", "undo restores '" + restore + "'", "'before'", "mend it");
        } else if (!restore.isEmpty() && verb != null && !verb.restorable()) {
            step.problem(
                    "undo",
                    verb.use() + " cannot put back what was before",
                    "'undo: {selfRestoring: \"why\"}' or 'irreversible: true'",
                    "say which");
        }
        return selfRestoring.isEmpty()
                ? new Undo(Undo.Kind.RESTORE, "")
                : new Undo(Undo.Kind.SELF_RESTORING, selfRestoring);
    }

    private VerifyRule verify(YamlMap spec) {
        Optional<YamlMap> map = spec.required("verify", "settle, window, consecutive, minSamples and timeout")
                .map(node -> YamlMap.of(node, "verify", problems));
        if (map.isEmpty()) {
            return new VerifyRule(Duration.ZERO, Duration.ofSeconds(10), 1, 1, Duration.ofMinutes(1), null, null);
        }
        YamlMap verify = map.get();
        Duration settle = verify.duration("settle", Duration.ofSeconds(20));
        Duration window = verify.duration("window", Duration.ofSeconds(10));
        int consecutive = verify.integer("consecutive", 1, 1000, 3);
        int minSamples = verify.integer("minSamples", 1, 1_000_000, 10);
        Duration timeout = verify.duration("timeout", Duration.ofMinutes(5));
        Expression success = verify.optional("success")
                .flatMap(node -> Expression.compile(node, Vocabulary.verification(), problems))
                .orElse(null);
        Expression failure = verify.optional("failure")
                .flatMap(node -> Expression.compile(node, Vocabulary.verification(), problems))
                .orElse(null);
        if (window.isZero() || window.toMillis() % 10_000 != 0) {
            verify.problem("window", "a window of " + window, "a multiple of 10s, the width of a rollup", "mend it");
        }
        if (timeout.compareTo(settle.plus(window.multipliedBy(consecutive))) < 0) {
            verify.problem(
                    "timeout",
                    "the verdict is due after " + timeout + ", before it can be good",
                    "at least settle + consecutive × window = " + settle.plus(window.multipliedBy(consecutive)),
                    "raise it");
        }
        verify.finish();
        return new VerifyRule(settle, window, consecutive, minSamples, timeout, success, failure);
    }

    private static Set<Runbook.OnFailure> onFailure(YamlMap spec) {
        Set<Runbook.OnFailure> ways = EnumSet.noneOf(Runbook.OnFailure.class);
        for (String word : spec.texts("onFailure")) {
            switch (word) {
                case "undo" -> ways.add(Runbook.OnFailure.UNDO);
                case "page" -> ways.add(Runbook.OnFailure.PAGE);
                default -> spec.problem("onFailure", "onFailure '" + word + "'", "undo or page", "mend it");
            }
        }
        return ways;
    }

    private void checkUse(
            YamlMap spec,
            Map<String, Runbook.Parameter> parameters,
            List<Runbook.Precondition> preconditions,
            Limits limits,
            List<Step> steps) {
        Set<String> used = new HashSet<>();
        Template.names(limits.concurrencyKey(), used);
        for (Step step : steps) {
            Set<String> here = new HashSet<>();
            Template.names(step.with(), here);
            used.addAll(here);
            here.removeAll(parameters.keySet());
            for (String unknown : here) {
                problems.add(new Problem(
                        spec.node().file(),
                        step.line(),
                        "step " + step.name() + " uses {{" + unknown + "}}, which is not a parameter",
                        "one of " + String.join(", ", parameters.keySet()),
                        "declare it under parameters"));
            }
        }
        for (Runbook.Precondition each : preconditions) {
            each.question().names().stream()
                    .filter(name -> name.startsWith("params."))
                    .forEach(name -> used.add(name.substring("params.".length())));
        }
        for (String name : parameters.keySet()) {
            if (!used.contains(name)) {
                spec.problem("parameters", "parameter '" + name + "' is never used", "a use of it", "remove it");
            }
        }
        Set<String> keyNames = new HashSet<>();
        Template.names(limits.concurrencyKey(), keyNames);
        keyNames.removeAll(parameters.keySet());
        if (!keyNames.isEmpty()) {
            spec.problem("limits", "concurrencyKey uses unknown " + keyNames, "parameters", "mend it");
        }
    }

    private static Risk risk(YamlMap map, Risk otherwise) {
        return map.word("risk", Risk.class, otherwise);
    }

    private static Risk max(Risk one, Risk other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
