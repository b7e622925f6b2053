package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The groups of one environment, and the hints that wait for one.
 *
 * @param groups forming, open and lately closed groups, oldest first
 * @param hints findings that open nothing by themselves: gauges, load, log lines, forecasts
 * @param aliases incidents that were merged into others
 */
public record Grouping(List<Group> groups, List<Finding> hints, List<Alias> aliases) {
    public Grouping {
        groups = List.copyOf(groups);
        hints = List.copyOf(hints);
        aliases = List.copyOf(aliases);
    }

    /**
     * @param id incident that was merged away
     * @param survivor incident that took its findings
     */
    public record Alias(String id, String survivor) {}

    public static Grouping empty() {
        return new Grouping(List.of(), List.of(), List.of());
    }

    public Optional<Group> group(String id) {
        return groups.stream().filter(group -> group.id().equals(id)).findFirst();
    }

    /** The incident that holds the findings of that one now: itself, or the end of a chain of merges. */
    String survivorOf(String id) {
        String survivor = id;
        // An alias is written when its incident is gone, so a later one can only lead further.
        for (Alias alias : aliases) {
            survivor = alias.id().equals(survivor) ? alias.survivor() : survivor;
        }
        return survivor;
    }

    /** True while the id stands for an incident here or led to one: it must not be given again. */
    boolean isTaken(String id) {
        return group(id).isPresent()
                || aliases.stream().anyMatch(alias -> alias.id().equals(id));
    }

    /** Groups that are incidents now or were until lately. */
    public List<Group> incidents() {
        return groups.stream().filter(Group::isIncident).toList();
    }

    Optional<Group> groupOf(String findingId) {
        return groups.stream()
                .filter(group -> group.member(findingId).isPresent())
                .findFirst();
    }

    Grouping with(Group changed) {
        List<Group> all = new ArrayList<>();
        boolean replaced = false;
        for (Group group : groups) {
            boolean same = group.id().equals(changed.id());
            replaced |= same;
            all.add(same ? changed : group);
        }
        if (!replaced) {
            all.add(changed);
        }
        return new Grouping(all, hints, aliases);
    }

    Grouping withGroups(List<Group> changed) {
        return new Grouping(changed, hints, aliases);
    }

    Grouping withHints(List<Finding> changed) {
        return new Grouping(groups, changed, aliases);
    }

    Grouping withAlias(Alias alias, int mostKept) {
        List<Alias> all = new ArrayList<>(aliases);
        all.add(alias);
        return new Grouping(groups, hints, all.subList(Math.max(0, all.size() - mostKept), all.size()));
    }
}
