package io.evenkeel.domain.incident;

import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong, as the correlation job sees it: its findings, what users feel, and the suspects. The job owns
 * membership and ranking; who has it, whether it is acknowledged, mitigated or resolved belongs to remediation. Sent as
 * upserts under {@link #id()}; the highest (epoch, sequence) wins.
 *
 * @param id stable id, for example {@code inc-9f3c…}; a person sees the number that remediation gives it
 * @param environment incidents never cross environments
 * @param onset best estimate of the earliest onset
 * @param onsetFrom earliest plausible onset
 * @param onsetTo latest plausible onset
 * @param openedAt when the incident was first sent (processing time)
 * @param updatedAt when this version was sent (processing time)
 * @param severity harm to users
 * @param pages true when it may wake a person: user-visible harm now, or blindness of something that may page
 * @param title what is broken, in users' words
 * @param harm the figures behind it; null when users feel nothing yet
 * @param suspects most likely first, runners-up after; empty while nothing is known
 * @param members findings folded in
 * @param changes changes on the suspects and their neighbourhood shortly before the onset
 * @param edges call graph between the services involved
 * @param closedAt when all members had closed (processing time), null before
 * @param supersededBy for a merged or superseded incident the id that replaced it, empty for a plain supersession
 * @param epoch rises with each restart of the job that wrote it
 * @param sequence rises with each version inside an epoch
 */
public record Incident(
        String id,
        String environment,
        Instant onset,
        Instant onsetFrom,
        Instant onsetTo,
        Instant openedAt,
        Instant updatedAt,
        Severity severity,
        boolean pages,
        String title,
        @Nullable Harm harm,
        List<Suspect> suspects,
        List<Member> members,
        List<Change> changes,
        List<CallEdge> edges,
        @Nullable Instant closedAt,
        @Nullable String supersededBy,
        long epoch,
        long sequence) {
    public Incident {
        suspects = List.copyOf(suspects);
        members = List.copyOf(members);
        changes = List.copyOf(changes);
        edges = List.copyOf(edges);
    }

    /** True when this version should replace the other one of the same id. */
    public boolean supersedes(Incident other) {
        return epoch > other.epoch || (epoch == other.epoch && sequence >= other.sequence);
    }
}
