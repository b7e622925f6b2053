package io.evenkeel.correlation;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.learning.calibration.Calibrator;
import io.evenkeel.learning.calibration.LabelledOutcome;
import io.evenkeel.wire.event.Feedback;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a person's verdict changes: the incident itself, and the outcomes that confidence is calibrated on. A verdict given
 * twice counts once.
 */
final class PersonsWord {
    private static final int MOST_OUTCOMES = 1000;

    private PersonsWord() {}

    /** Empty when the incident is unknown here. */
    static Optional<EnvironmentState> apply(EnvironmentState state, Feedback feedback, Instant now) {
        // Remediation marks its own re-openings of our incident with ~n.
        int mark = feedback.incidentId().indexOf('~');
        String ours = mark < 0 ? feedback.incidentId() : feedback.incidentId().substring(0, mark);
        String id = state.grouping().survivorOf(ours);
        List<EnvironmentState.Named> named = state.named().stream()
                .filter(suspect -> suspect.incidentId().equals(id))
                .toList();
        Optional<Group> group = state.grouping().group(id);
        if (named.isEmpty() && group.isEmpty()) {
            return Optional.empty();
        }
        EnvironmentState judged = group.map(known -> state.with(state.grouping().with(judge(known, feedback, now))))
                .orElse(state);
        return Optional.of(learn(judged, outcomes(named, feedback)));
    }

    private static Group judge(Group group, Feedback feedback, Instant now) {
        Instant closed = group.closedAt() == null ? now : group.closedAt();
        return switch (feedback.verdict()) {
            case FALSE_ALARM, RESOLVED_BY_PERSON -> group.settledBy(closed, true, "");
            case WRONG_CAUSE -> group.settledBy(group.closedAt(), false, readable(feedback.service()));
            case RIGHT_CAUSE -> group;
        };
    }

    /** The first-named suspect was right or wrong; a service that a person named instead was right where we had it too. */
    private static List<LabelledOutcome> outcomes(List<EnvironmentState.Named> named, Feedback feedback) {
        Optional<EnvironmentState.Named> first =
                named.stream().max(java.util.Comparator.comparingDouble(EnvironmentState.Named::raw));
        List<LabelledOutcome> outcomes = new ArrayList<>();
        if (first.isPresent() && feedback.verdict() != Feedback.Verdict.RESOLVED_BY_PERSON) {
            boolean right = feedback.verdict() == Feedback.Verdict.RIGHT_CAUSE;
            outcomes.add(outcome(first.get(), right, feedback));
            named.stream()
                    .filter(other -> !right && other.service().equals(feedback.service()) && !other.equals(first.get()))
                    .forEach(other -> outcomes.add(outcome(other, true, feedback)));
        }
        return outcomes;
    }

    private static LabelledOutcome outcome(EnvironmentState.Named suspect, boolean right, Feedback feedback) {
        return new LabelledOutcome(
                feedback.incidentId() + ' ' + suspect.service(), suspect.raw(), suspect.cause(), right, feedback.at());
    }

    private static EnvironmentState learn(EnvironmentState state, List<LabelledOutcome> heard) {
        if (heard.isEmpty()) {
            return state;
        }
        List<LabelledOutcome> all = new ArrayList<>(state.outcomes());
        for (LabelledOutcome outcome : heard) {
            all.removeIf(earlier -> earlier.id().equals(outcome.id()));
            all.add(outcome);
        }
        List<LabelledOutcome> kept = EnvironmentState.last(all, MOST_OUTCOMES);
        String model = Base64.getEncoder().encodeToString(Calibrator.fit(kept).toBytes());
        return state.withOutcomes(kept, model);
    }

    private static String readable(String service) {
        try {
            return service.isEmpty() ? "" : ServiceKey.parse(service).id();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
