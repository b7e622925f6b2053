package io.evenkeel.console.incident;

import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Picks the few plots that tell the story: those that the first suspects' reasons stand on, then the findings that
 * point at the cause, then the symptoms; one per signal, the harm itself not twice.
 */
public final class EvidenceChoice {
    private EvidenceChoice() {}

    /** The finding behind the harm, null when its row is not there. */
    public static @Nullable MemberRow harm(IncidentRow incident, List<MemberRow> members) {
        Harm harm = incident.harm();
        if (harm == null) {
            return null;
        }
        return members.stream()
                .filter(member -> member.findingId().equals(harm.findingId()))
                .findFirst()
                .orElse(null);
    }

    public static List<MemberRow> plots(IncidentRow incident, List<MemberRow> members, int most) {
        Map<String, MemberRow> byId = new LinkedHashMap<>();
        for (MemberRow member : members) {
            byId.put(member.findingId(), member);
        }
        List<MemberRow> wanted = new ArrayList<>();
        for (Suspect suspect : incident.suspects()) {
            for (EvidenceTerm term : suspect.evidence()) {
                MemberRow member = term.findingId() == null ? null : byId.get(term.findingId());
                if (member != null) {
                    wanted.add(member);
                }
            }
        }
        for (MemberRole role : new MemberRole[] {MemberRole.CAUSE, MemberRole.HARM, MemberRole.SYMPTOM}) {
            members.stream().filter(member -> member.role() == role).forEach(wanted::add);
        }
        wanted.addAll(members);
        Harm harm = incident.harm();
        Set<String> seen = new HashSet<>();
        if (harm != null) {
            seen.add(harm.signal().id());
        }
        List<MemberRow> chosen = new ArrayList<>();
        for (MemberRow member : wanted) {
            if (chosen.size() < most
                    && member.finding() != null
                    && seen.add(member.signal().id())) {
                chosen.add(member);
            }
        }
        return chosen;
    }
}
