package io.evenkeel.correlation;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.calibration.LabelledOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that correlation remembers of one environment, apart from its call graph. Kept as JSON of this record in the job's
 * state, so a field added later must bear to be null or 0 when an old snapshot is read, and none may change its meaning.
 *
 * @param format version of this layout, 1
 * @param epoch epoch of the job that wrote it last; another one sends all open incidents anew
 * @param grouping groups and hints
 * @param changes changes of the last hour
 * @param named what was named in incidents, so that later feedback finds it, newest last
 * @param outcomes what people said about it, newest last
 * @param calibration calibration model fitted from the outcomes, protobuf in base64; empty before the first fit
 * @param unconfirmed incidents of an earlier epoch that this one has not found again yet
 */
public record EnvironmentState(
        int format,
        long epoch,
        Grouping grouping,
        List<Change> changes,
        List<Named> named,
        List<LabelledOutcome> outcomes,
        String calibration,
        List<Unconfirmed> unconfirmed) {
    static final int FORMAT = 1;

    public EnvironmentState {
        grouping = Objects.requireNonNullElse(grouping, Grouping.empty());
        changes = copy(changes);
        named = copy(named);
        outcomes = copy(outcomes);
        calibration = Objects.requireNonNullElse(calibration, "");
        unconfirmed = copy(unconfirmed);
    }

    /**
     * A suspect as it stood first in an incident's last version.
     *
     * @param incidentId incident
     * @param service id of the service
     * @param cause cause kind
     * @param raw raw confidence, 0..1
     */
    public record Named(String incidentId, String service, CauseKind cause, double raw) {}

    /**
     * @param incident last version of the earlier epoch
     * @param until when it is given up (processing time)
     */
    public record Unconfirmed(Incident incident, Instant until) {}

    static EnvironmentState fresh(long epoch) {
        return new EnvironmentState(FORMAT, epoch, Grouping.empty(), List.of(), List.of(), List.of(), "", List.of());
    }

    EnvironmentState withEpoch(long newEpoch) {
        return new EnvironmentState(FORMAT, newEpoch, grouping, changes, named, outcomes, calibration, unconfirmed);
    }

    EnvironmentState with(Grouping changed) {
        return new EnvironmentState(FORMAT, epoch, changed, changes, named, outcomes, calibration, unconfirmed);
    }

    EnvironmentState withChanges(List<Change> changed) {
        return new EnvironmentState(FORMAT, epoch, grouping, changed, named, outcomes, calibration, unconfirmed);
    }

    EnvironmentState withNamed(Named suspect, int mostKept) {
        List<Named> all = new ArrayList<>(named);
        all.removeIf(earlier -> earlier.incidentId().equals(suspect.incidentId())
                && earlier.service().equals(suspect.service()));
        all.add(suspect);
        return new EnvironmentState(
                FORMAT, epoch, grouping, changes, last(all, mostKept), outcomes, calibration, unconfirmed);
    }

    EnvironmentState withOutcomes(List<LabelledOutcome> changed, String model) {
        return new EnvironmentState(FORMAT, epoch, grouping, changes, named, changed, model, unconfirmed);
    }

    EnvironmentState withUnconfirmed(List<Unconfirmed> changed) {
        return new EnvironmentState(FORMAT, epoch, grouping, changes, named, outcomes, calibration, changed);
    }

    static <T> List<T> last(List<T> all, int most) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
