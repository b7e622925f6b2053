package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.telemetry.ServiceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Findings that are one fault. It forms with its first trouble and becomes an incident when {@link Opening} says so; a
 * group that never opens is never seen outside.
 *
 * @param id incident id, from the id of the finding that it formed around
 * @param formedAt when its first finding was placed (processing time)
 * @param openedAt when it became an incident (processing time), null while it is only forming
 * @param closedAt when the last of its troubles closed (processing time), null while any lasts
 * @param members its findings in the order they came
 * @param worstSeverity worst harm so far; never falls during one incident; null while forming
 * @param affectedTotal users' requests hurt until {@code affectedUntil}
 * @param affectedUntil until when the total has been counted; null before any harm
 * @param settled true once a person called it resolved or a false alarm: takes nothing more in
 * @param namedCause id of the service that a person named as the cause, empty when nobody did
 * @param sequence sequence of the last version sent, 0 before the first
 * @param sentAt when the last version was sent, null before the first
 * @param unsent true when something changed since
 */
public record Group(
        String id,
        Instant formedAt,
        @Nullable Instant openedAt,
        @Nullable Instant closedAt,
        List<Membership> members,
        @Nullable Severity worstSeverity,
        double affectedTotal,
        @Nullable Instant affectedUntil,
        boolean settled,
        String namedCause,
        long sequence,
        @Nullable Instant sentAt,
        boolean unsent) {
    public Group {
        members = List.copyOf(members);
    }

    static Group forming(String id, Membership first, Instant now) {
        return new Group(id, now, null, null, List.of(first), null, 0, null, false, "", 0, null, false);
    }

    /** True from its opening on, also after it closed. */
    boolean isIncident() {
        return openedAt != null;
    }

    Stream<Finding> findings() {
        return members.stream().map(Membership::latest);
    }

    Stream<Membership> troubles() {
        return members.stream().filter(Membership::tellsTrouble);
    }

    Optional<Membership> member(String findingId) {
        return members.stream()
                .filter(member -> member.findingId().equals(findingId))
                .findFirst();
    }

    /** The finding with the earliest onset among its troubles. */
    Finding earliest() {
        return Stream.concat(troubles(), members.stream())
                .map(Membership::latest)
                .limit(Math.max(1, troubles().count()))
                .min(Comparator.comparing(Finding::onset).thenComparing(Finding::id))
                .orElseThrow();
    }

    Instant onset() {
        return earliest().onset();
    }

    /**
     * What still tells about the cause: all that overlaps, in a chain, with what lasts (or lasted to the end). An incident
     * that went quiet and is back has an earlier round; what was wrong then explains nothing of what is wrong now.
     */
    List<Membership> round() {
        List<Membership> lastFirst = troubles()
                .sorted(Comparator.comparing((Membership member) ->
                                Objects.requireNonNullElse(member.latest().closedAt(), Instant.MAX))
                        .reversed())
                .toList();
        Instant began = Instant.MAX;
        for (Membership member : lastFirst) {
            boolean overlaps = began.equals(Instant.MAX) || !member.endedBefore(began);
            if (overlaps && member.latest().onset().isBefore(began)) {
                began = member.latest().onset();
            }
        }
        Instant from = began;
        return members.stream().filter(member -> !member.endedBefore(from)).toList();
    }

    Duration age(Instant now) {
        return Duration.between(formedAt, now);
    }

    Set<ServiceKey> services() {
        Set<ServiceKey> services = new TreeSet<>();
        troubles().map(Membership::latest).forEach(finding -> {
            services.add(finding.signal().service());
            ServiceKey callee = finding.signal().callee();
            if (callee != null) {
                services.add(callee);
            }
        });
        return services;
    }

    Group with(Membership added) {
        Map<String, Membership> byId = new LinkedHashMap<>();
        members.forEach(member -> byId.put(member.findingId(), member));
        byId.put(added.findingId(), added);
        return withMembers(new ArrayList<>(byId.values()), true);
    }

    Group withMembers(List<Membership> changed, boolean changesIncident) {
        return new Group(
                id,
                formedAt,
                openedAt,
                closedAt,
                changed,
                worstSeverity,
                affectedTotal,
                affectedUntil,
                settled,
                namedCause,
                sequence,
                sentAt,
                unsent || changesIncident);
    }

    Group opened(Instant now) {
        return new Group(
                id,
                formedAt,
                now,
                closedAt,
                members,
                worstSeverity,
                affectedTotal,
                affectedUntil,
                settled,
                namedCause,
                sequence,
                sentAt,
                true);
    }

    Group closedAt(@Nullable Instant closed) {
        return new Group(
                id,
                formedAt,
                openedAt,
                closed,
                members,
                worstSeverity,
                affectedTotal,
                affectedUntil,
                settled,
                namedCause,
                sequence,
                sentAt,
                true);
    }

    Group settledBy(@Nullable Instant closed, boolean settles, String cause) {
        return new Group(
                id,
                formedAt,
                openedAt,
                closed,
                members,
                worstSeverity,
                affectedTotal,
                affectedUntil,
                settled || settles,
                cause.isEmpty() ? namedCause : cause,
                sequence,
                sentAt,
                true);
    }

    /** After a version was written and sent. */
    Group sent(long newSequence, Instant now, Severity worst, double affected, @Nullable Instant until) {
        return new Group(
                id,
                formedAt,
                openedAt,
                closedAt,
                members,
                worst,
                affected,
                until,
                settled,
                namedCause,
                newSequence,
                now,
                false);
    }

    /**
     * Takes in the findings of another group; keeps its own id and history. Requests hurt add up: harm of one service is
     * never in two groups, for trouble at one place links them.
     */
    Group absorbing(Group other, String linkedBy) {
        Group grown = this;
        for (Membership member : other.members) {
            if (grown.member(member.findingId()).isEmpty()) {
                grown = grown.with(member.movedBy(linkedBy));
            }
        }
        return new Group(
                id,
                formedAt.isBefore(other.formedAt) ? formedAt : other.formedAt,
                openedAt,
                grown.troubles().anyMatch(Membership::lasts) ? null : closedAt,
                grown.members,
                worst(worstSeverity, other.worstSeverity),
                affectedTotal + other.affectedTotal,
                later(affectedUntil, other.affectedUntil),
                settled,
                namedCause.isEmpty() ? other.namedCause : namedCause,
                sequence,
                sentAt,
                true);
    }

    private static @Nullable Severity worst(@Nullable Severity one, @Nullable Severity other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? one : other;
    }
}
