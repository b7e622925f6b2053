package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.TrustLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads policy.yaml. */
final class PolicyReader {
    private final Problems problems;

    PolicyReader(Problems problems) {
        this.problems = problems;
    }

    Policy read(YamlNode root, String version) {
        YamlMap document = Document.open(root, "Policy", problems);
        document.optional("metadata");
        Map<String, List<String>> groups = new HashMap<>();
        document.map("groups", "groups").ifPresent(map -> map.keys().forEach(key -> groups.put(key, map.texts(key))));
        double automatic = document.number("automaticConfidence", 0, 1, 0.8);
        Duration maxDataAge = document.duration("maxDataAge", Duration.ofSeconds(90));
        document.required("rules", "a list of {when: \"…\", allow|approve|deny|cap: …}");
        List<PolicyRule> rules = new ArrayList<>();
        for (YamlMap each : document.maps("rules", "a rule")) {
            rule(each, groups).ifPresent(rules::add);
        }
        document.finish();
        return new Policy(version, automatic, maxDataAge, groups, rules);
    }

    private Optional<PolicyRule> rule(YamlMap each, Map<String, List<String>> groups) {
        String id = each.optionalText("name")
                .or(() -> each.optionalText("id"))
                .orElse(each.node().file() + ":" + each.line());
        Optional<Expression> when = each.required("when", "a question, such as \"risk == 'high'\"")
                .flatMap(node -> Expression.compile(node, Vocabulary.policy(), problems));
        String reason = each.text("reason", "");
        Optional<PolicyRule.Effect> effect = effect(each, groups);
        each.finish();
        if (when.isEmpty() || effect.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PolicyRule(id, when.get(), effect.get(), reason, each.line()));
    }

    /** Either {@code approve: {quorum: 1}} or {@code then: approve} with the same words beside it. */
    private Optional<PolicyRule.Effect> effect(YamlMap each, Map<String, List<String>> groups) {
        List<String> given = new ArrayList<>();
        for (String word : List.of("allow", "approve", "deny", "cap")) {
            if (each.optional(word).isPresent()) {
                given.add(word);
            }
        }
        Optional<String> then = each.optionalText("then");
        then.ifPresent(given::add);
        if (given.size() != 1) {
            each.problem(
                    given.isEmpty() ? "the rule does nothing" : "the rule does " + String.join(" and ", given),
                    "exactly one of allow, approve, deny, cap",
                    "mend it");
            return Optional.empty();
        }
        String word = given.get(0);
        boolean inline = then.isPresent();
        return switch (word) {
            case "allow" -> {
                each.optional("allow");
                yield Optional.of(new PolicyRule.Effect.Allow());
            }
            case "deny" -> {
                each.optional("deny");
                yield Optional.of(new PolicyRule.Effect.Deny());
            }
            case "cap" ->
                Optional.of(new PolicyRule.Effect.Cap(
                        each.word(inline ? "level" : "cap", TrustLevel.class, TrustLevel.OBSERVE)));
            case "approve" ->
                Optional.of(new PolicyRule.Effect.Approve(inline ? approval(each, groups) : nested(each, groups)));
            default -> {
                each.problem("then", "then '" + word + "'", "allow, approve, deny or cap", "mend it");
                yield Optional.empty();
            }
        };
    }

    private ApprovalRule nested(YamlMap each, Map<String, List<String>> groups) {
        YamlNode value = each.optional("approve").orElseThrow();
        if (value instanceof YamlNode.Scalar) {
            return new ApprovalRule(1, List.of(), List.of(), null);
        }
        YamlMap map = YamlMap.of(value, "approve", problems);
        ApprovalRule rule = approval(map, groups);
        map.finish();
        return rule;
    }

    private ApprovalRule approval(YamlMap map, Map<String, List<String>> groups) {
        String group = map.text("group", "");
        List<String> people = List.of();
        if (!group.isEmpty()) {
            people = groups.getOrDefault(group, List.of());
            if (people.isEmpty()) {
                map.problem("group", "group '" + group + "' has nobody", "a group of this file", "add it to groups");
            }
        }
        return RunbookReader.approval(map, people);
    }
}
