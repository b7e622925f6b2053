package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.learning.cause.Trouble;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts findings of one environment together that are one fault. Pure: (grouping, finding, time) gives a new grouping. One
 * fault is one group whatever the order of arrival, because every finding is tried against every group and links in both
 * directions; a finding that links two groups merges them. Never looks across environments: the caller keeps one grouping
 * for each. Decides nothing about opening: that is {@link Opening}'s.
 */
public final class IncidentGrouper {
    /** A group this old takes no new findings in, so that a trickle cannot keep one incident open for ever (keep#5175). */
    static final Duration AGE_CAP = Duration.ofHours(2);

    /**
     * A signal that goes wrong again this soon after its incident closed is the same trouble flapping; later it is a new,
     * linked incident. Longer, and the next fault of the same services would be swallowed by an incident that is over (keep#2481;
     * seen on the test bed, where a hang 87 s after a repaired deploy was told as the deploy's return).
     */
    static final Duration REOPENS_WITHIN = Duration.ofSeconds(45);

    /** How long a closed incident is remembered, to link the next one of the same signals to it. */
    static final Duration REMEMBERED = Duration.ofMinutes(30);

    /** Detection repeats what lasts; a finding first seen this long after its last word is history, not news. */
    static final Duration NEWS = Duration.ofMinutes(10);

    /** Detection repeats an open finding every 10 s to 60 s; one not told of for this long is lost, not lasting. */
    static final Duration UNTOLD = Duration.ofMinutes(5);

    /** Hints wait this long beyond their end for a group that needs them. */
    static final Duration HINT_WAITS = Duration.ofMinutes(5);

    /** Hints this much before a group's onset or after it may still speak about it. */
    static final Duration HINT_REACH = Duration.ofMinutes(5);

    /** Bounds of what is kept per environment, each some hundred bytes to some kilobytes. */
    private static final int MOST_HINTS = 300;

    private static final int MOST_ALIASES = 200;
    private static final int MOST_MEMBERS = 200;

    private final Surroundings surroundings;

    public IncidentGrouper(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Places one version of a finding. */
    public Placement place(Grouping state, Finding finding, Instant now) {
        Optional<Group> holder = state.groupOf(finding.id());
        if (holder.isPresent()) {
            return update(state, holder.get(), finding, now);
        }
        boolean knownHint = state.hints().stream().anyMatch(hint -> hint.id().equals(finding.id()));
        if (!knownHint && (!finding.isOpen() || finding.updatedAt().isBefore(now.minus(NEWS)))) {
            return new Placement(state, null, Placement.What.TOO_LATE, List.of());
        }
        if (!Trouble.isTrouble(finding)) {
            return keepHint(state, finding, now);
        }
        return join(replaceSameSignal(dropHint(state, finding.id()), finding, now), finding, now);
    }

    /**
     * Lets time pass: hints find their group or expire, spent groups are forgotten.
     *
     * @param listensSince when this run of the job began to hear of findings
     */
    public Grouping sweep(Grouping state, Instant listensSince, Instant now) {
        Grouping folded = foldHints(state, now);
        List<Finding> hints = folded.hints().stream()
                .filter(hint -> {
                    Instant end = hint.closedAt();
                    return (end == null ? hint.updatedAt().plus(AGE_CAP) : end.plus(HINT_WAITS)).isAfter(now);
                })
                .toList();
        List<Group> groups = folded.groups().stream()
                .map(group -> withoutUntold(group, listensSince, now))
                .filter(group -> isRemembered(group, now))
                .toList();
        return groups.equals(folded.groups()) && hints.size() == folded.hints().size()
                ? folded
                : folded.withGroups(groups).withHints(hints);
    }

    /** A restore of detection may lose a finding without a word; it must not keep an incident open for ever. */
    private Group withoutUntold(Group group, Instant listensSince, Instant now) {
        Instant since = now.minus(UNTOLD);
        boolean any = !listensSince.isAfter(since)
                && group.members().stream().anyMatch(member -> member.isUntoldSince(since));
        return any
                ? closedOrNot(
                        group.withMembers(
                                group.members().stream()
                                        .map(member -> member.isUntoldSince(since)
                                                ? member.replaced(
                                                        member.latest().updatedAt())
                                                : member)
                                        .toList(),
                                true),
                        now)
                : group;
    }

    private static boolean isRemembered(Group group, Instant now) {
        Instant closed = group.closedAt();
        // What a person settled may last on: forgotten, its next version would open another incident.
        return group.troubles().anyMatch(Membership::lasts)
                || (group.isIncident()
                        && (closed == null || closed.plus(REMEMBERED).isAfter(now)));
    }

    private Placement update(Grouping state, Group group, Finding finding, Instant now) {
        Membership known = group.member(finding.id()).orElseThrow();
        Finding latest = known.latest();
        boolean same = finding.epoch() == latest.epoch() && finding.sequence() == latest.sequence();
        if (same || !finding.supersedes(latest)) {
            return new Placement(state, group.id(), Placement.What.DUPLICATE, List.of());
        }
        Group changed = closedOrNot(group.with(known.updated(finding)), now);
        return new Placement(foldHints(state.with(changed), now), group.id(), Placement.What.UPDATED, List.of());
    }

    private Placement join(Grouping state, Finding finding, Instant now) {
        Group survivor = null;
        Link why = null;
        List<Candidate> candidates = candidates(state, finding, now);
        List<Placement.Merge> merges = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (survivor == null || why == null) {
                survivor = candidate.group();
                why = candidate.link();
            } else if (candidate.link().firm() && why.firm()
                    || !candidate.group().isIncident()) {
                merges.add(new Placement.Merge(candidate.group(), survivor.id()));
                survivor = survivor.absorbing(
                        candidate.group(), finding.signal().service().name());
            }
        }
        if (survivor == null || why == null) {
            Group formed = Group.forming(idOf(state, finding), Membership.of(finding, now, Membership.FIRST), now);
            return new Placement(foldHints(state.with(formed), now), formed.id(), Placement.What.FORMED, List.of());
        }
        Group grown = closedOrNot(survivor.with(Membership.of(finding, now, why.reason())), now);
        Set<String> gone =
                merges.stream().map(merge -> merge.loser().id()).collect(java.util.stream.Collectors.toSet());
        Grouping after = state.withGroups(state.groups().stream()
                        .filter(group -> !gone.contains(group.id()))
                        .toList())
                .with(grown);
        for (Placement.Merge merge : merges) {
            after = after.withAlias(new Grouping.Alias(merge.loser().id(), merge.survivor()), MOST_ALIASES);
        }
        return new Placement(foldHints(after, now), grown.id(), Placement.What.JOINED, merges);
    }

    private record Candidate(Group group, Link link) {}

    /**
     * Groups that the finding links to: incidents before forming ones, older before younger, firm links before loose. An
     * incident that is over counts only when nothing that lasts links, for a live one must not go up in a closed one.
     */
    private List<Candidate> candidates(Grouping state, Finding finding, Instant now) {
        List<Candidate> candidates = new ArrayList<>();
        for (Group group : state.groups()) {
            if (takesMore(group, now) && (group.closedAt() == null || isReturn(finding, group))) {
                strongest(group, finding).ifPresent(link -> candidates.add(new Candidate(group, link)));
            }
        }
        boolean anyLive =
                candidates.stream().anyMatch(candidate -> candidate.group().closedAt() == null);
        candidates.removeIf(candidate -> anyLive && candidate.group().closedAt() != null);
        candidates.sort(
                Comparator.comparing((Candidate candidate) -> !candidate.link().firm())
                        .thenComparing(candidate -> !candidate.group().isIncident())
                        .thenComparing(candidate -> {
                            Instant opened = candidate.group().openedAt();
                            return opened == null ? candidate.group().formedAt() : opened;
                        })
                        .thenComparing(candidate -> candidate.group().formedAt()));
        return candidates;
    }

    private static boolean takesMore(Group group, Instant now) {
        Instant closed = group.closedAt();
        return !group.settled()
                && group.age(now).compareTo(AGE_CAP) <= 0
                && group.members().size() < MOST_MEMBERS
                && (closed == null || closed.plus(REOPENS_WITHIN).isAfter(now));
    }

    /** The same signal as before. Other trouble nearby is news, even seconds after an incident closed. */
    private static boolean isReturn(Finding finding, Group closed) {
        return closed.troubles().anyMatch(member -> member.latest().signal().equals(finding.signal()));
    }

    private Optional<Link> strongest(Group group, Finding finding) {
        List<Link> links = group.troubles()
                .flatMap(member -> Link.between(finding, member.latest(), surroundings).stream())
                .toList();
        return links.stream()
                .filter(Link::firm)
                .findFirst()
                .or(() -> links.stream().findFirst());
    }

    /** Closed while none of its troubles lasts; harm that was accepted as a new level keeps it open for a person. */
    private Group closedOrNot(Group group, Instant now) {
        Opening opening = new Opening(surroundings);
        boolean lasts = group.troubles()
                .anyMatch(member -> member.lasts() || (member.isAcceptedAsNewLevel() && opening.isHarm(member)));
        if (lasts) {
            return group.closedAt() == null || group.settled() ? group : group.closedAt(null);
        }
        return group.closedAt() == null ? group.closedAt(now) : group;
    }

    private Placement keepHint(Grouping state, Finding finding, Instant now) {
        List<Finding> hints = new ArrayList<>(dropHint(state, finding.id()).hints());
        hints.add(Membership.of(finding, now, "").latest());
        Grouping kept =
                foldHints(state.withHints(hints.subList(Math.max(0, hints.size() - MOST_HINTS), hints.size())), now);
        return new Placement(
                kept, kept.groupOf(finding.id()).map(Group::id).orElse(null), Placement.What.WAITS_AS_HINT, List.of());
    }

    private static Grouping dropHint(Grouping state, String findingId) {
        return state.hints().stream().noneMatch(hint -> hint.id().equals(findingId))
                ? state
                : state.withHints(state.hints().stream()
                        .filter(hint -> !hint.id().equals(findingId))
                        .toList());
    }

    /** Hints about a service of an incident, from about its onset on, become its evidence. They never link groups. */
    private static Grouping foldHints(Grouping state, Instant now) {
        Grouping folded = state;
        for (Finding hint : state.hints()) {
            Optional<Group> taker = folded.incidents().stream()
                    .filter(group -> takesMore(group, now) && speaksAbout(hint, group))
                    .findFirst();
            if (taker.isPresent()) {
                String reason = hint.signal().service().name() + " is part of it";
                folded = dropHint(folded.with(taker.get().with(Membership.of(hint, now, reason))), hint.id());
            }
        }
        return folded;
    }

    private static boolean speaksAbout(Finding hint, Group group) {
        return (group.services().contains(hint.signal().service())
                        || group.services().contains(Link.seat(hint)))
                && Duration.between(group.onset(), hint.onset()).abs().compareTo(HINT_REACH) <= 0;
    }

    /** After a restore detection may find the same deviation under another id: the later one takes its place. */
    private Grouping replaceSameSignal(Grouping state, Finding finding, Instant now) {
        Grouping after = state;
        for (Group group : state.groups()) {
            boolean holds = group.members().stream()
                    .anyMatch(
                            member -> member.lasts() && member.latest().signal().equals(finding.signal()));
            if (holds) {
                Group without = group.withMembers(
                        group.members().stream()
                                .map(member -> member.latest().signal().equals(finding.signal())
                                        ? member.replaced(now)
                                        : member)
                                .toList(),
                        true);
                // Too old or too full to take the later one in, it would otherwise stay open for ever.
                after = after.with(takesMore(group, now) ? without : closedOrNot(without, now));
            }
        }
        return after;
    }

    /**
     * {@code inc-} and 12 hex digits of the first finding's id, so that a replay gives the same incident the same id. A
     * fault that returns after its incident closed gets the earlier id with {@code .2}, {@code .3}: the link between them.
     */
    private static String idOf(Grouping state, Finding finding) {
        Optional<Group> earlier = state.incidents().stream()
                .filter(group -> group.closedAt() != null)
                .filter(group -> group.findings().anyMatch(old -> old.signal().equals(finding.signal())))
                .reduce((first, second) -> second);
        if (earlier.isPresent()) {
            String id = earlier.get().id();
            int mark = id.indexOf('.');
            String base = mark < 0 ? id : id.substring(0, mark);
            int round = mark < 0 ? 2 : Integer.parseInt(id.substring(mark + 1)) + 1;
            while (state.isTaken(base + '.' + round)) {
                round++;
            }
            return base + '.' + round;
        }
        return "inc-" + digest(finding.id());
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
