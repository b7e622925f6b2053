package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what seems wrong with a service that is to blame: silent replica, way to it, change, exhausted resource, load, or
 * honestly unknown. Looks at one suspect at a time and never moves blame between services.
 */
final class CauseReader {
    /** From this part on, what only callers see decides the reading. */
    private static final double MOSTLY_GAP = 0.7;

    /** Until then a replica that hangs may still seem to report: its last export is up to three 10 s intervals old. */
    private static final Duration SILENCE_SHOWS_AFTER = Duration.ofSeconds(45);

    /** Requests above this multiple of the expected are load worth naming as a cause. */
    private static final double MUCH_LOAD = 1.3;

    private final CauseCase known;
    private final Instant onset;
    private final Wording wording;

    /**
     * @param service the suspect. Its changes are judged against the onset of its own trouble: an incident that has been
     *     open for an hour must not hide the deploy that made it worse
     */
    CauseReader(CauseCase known, ServiceKey service) {
        this.known = known;
        this.onset = known.onsetAt(service);
        this.wording = new Wording(onset);
    }

    SuspectReading read(Blame blame) {
        List<Finding> own = known.ownFindings(blame.service());
        List<Finding> callers = known.callersFindings(blame.service()).stream()
                .filter(Trouble::isFailingOrSlow)
                .toList();
        ErrorTypes types = ErrorTypes.of(callers);
        Optional<Finding> silence = silence(own);
        // A starved process lets calls wait before it begins to serve them: its own view looks better than it is.
        boolean starved = ResourceSigns.strongest(own)
                .filter(sign -> sign.cause() == CauseKind.CPU || sign.cause() == CauseKind.GC)
                .isPresent();
        boolean onlyCallersSee = blame.gapPart() >= MOSTLY_GAP && !types.mostlyAnswered() && !starved;
        if (onlyCallersSee && silence.isPresent()) {
            return silentReplica(blame, silence.get(), callers, types);
        }
        if (onlyCallersSee) {
            return wayToIt(blame, callers, types);
        }
        return ownTrouble(blame, own, callers, silence);
    }

    /**
     * True when slower calls to a service that is well itself are all there is. They may as well be the caller's own doing
     * (busy threads, a loaded machine) and single nobody out while something else explains more.
     */
    boolean seesOnlySlowerCalls(Blame blame) {
        return blame.errorGap() <= 0 && read(blame).cause() == CauseKind.NETWORK;
    }

    /** A service that is silent while nobody complains. */
    SuspectReading silentOnly(Finding silence) {
        EvidenceTerm term = wording.silence(silence, 0.6);
        if (Trouble.isEnvironmentBlindness(silence)) {
            String text =
                    "Nothing arrives from this environment any more: its collector, the way to here, or all of it.";
            return new SuspectReading(CauseKind.TELEMETRY, null, 0.7, text, List.of(term));
        }
        boolean fewerRequests = known.ownFindings(silence.signal().service()).stream()
                .anyMatch(finding ->
                        finding.signal().kind() == SignalKind.REQUEST_RATE && finding.direction() == Direction.DOWN);
        if (fewerRequests) {
            EvidenceTerm fewer = new EvidenceTerm(
                    "fewer requests", "Its service takes fewer requests than usual.", 0.6, Double.NaN, null);
            return reading(
                    CauseKind.HANG,
                    Trouble.instance(silence),
                    wording.withoutStop(term.text())
                            + ", and its service takes fewer requests than usual: it hangs or is gone.",
                    List.of(term, fewer),
                    List.of(term, fewer));
        }
        return new SuspectReading(
                CauseKind.TELEMETRY,
                Trouble.instance(silence),
                0.5,
                term.text() + " No caller complains: it may be gone, or only its telemetry is.",
                List.of(term));
    }

    private SuspectReading silentReplica(Blame blame, Finding silence, List<Finding> callers, ErrorTypes types) {
        boolean refused = types.mostlyRefused() || (blame.waitGap() <= 0 && types.timeouts() == 0);
        CauseKind cause = refused ? CauseKind.CRASH : CauseKind.HANG;
        EvidenceTerm silent = wording.silence(silence, 0.9);
        EvidenceTerm complaint = wording.complaint(blame, callers, types, 0.9 * partOf(blame));
        String text = wording.withoutStop(silent.text())
                + (refused
                        ? ", and its callers are refused: it is gone."
                        : ", and its callers wait in vain: it hangs.");
        List<EvidenceTerm> terms = new ArrayList<>(List.of(silent, complaint));
        change(blame.service()).map(wording::change).ifPresent(terms::add);
        return reading(cause, Trouble.instance(silence), text, terms, List.of(silent, complaint));
    }

    private SuspectReading wayToIt(Blame blame, List<Finding> callers, ErrorTypes types) {
        EvidenceTerm complaint = wording.complaint(blame, callers, types, 0.9 * partOf(blame));
        if (blame.service().isRemote()) {
            return reading(
                    CauseKind.DEPENDENCY,
                    null,
                    complaint.text() + " It sends no telemetry of its own: only its callers' view is known.",
                    List.of(complaint),
                    List.of(complaint));
        }
        if (types.mostlyRefused()) {
            return reading(
                    CauseKind.CRASH,
                    null,
                    complaint.text() + " Nobody listens at one of its addresses.",
                    List.of(complaint),
                    List.of(complaint));
        }
        Optional<FailingAddress> address = FailingAddress.of(callers);
        if (address.isPresent() && address.get().isOneOfSeveral()) {
            EvidenceTerm one = wording.address(address.get());
            boolean hangs = types.mostlyTimedOut();
            String text = complaint.text() + " " + wording.withoutStop(one.text())
                    + (hangs ? ": a replica there takes calls and never answers, it hangs." : ": the replica there.");
            return reading(
                    hangs ? CauseKind.HANG : CauseKind.UNKNOWN,
                    null,
                    text,
                    List.of(complaint, one),
                    List.of(complaint, one));
        }
        boolean allAddressesFail = address.isPresent();
        boolean mayStillFallSilent = types.timeouts() > 0
                && !allAddressesFail
                && Duration.between(onset, known.now()).compareTo(SILENCE_SHOWS_AFTER) < 0;
        EvidenceTerm well = new EvidenceTerm(
                "own view", "It answers what reaches it as fast and as well as usual.", 0.6, Double.NaN, null);
        if (mayStillFallSilent) {
            String text = complaint.text()
                    + " It reports nothing unusual itself: the way to it, or a replica that is about to be found silent.";
            SuspectReading open = reading(CauseKind.UNKNOWN, null, text, List.of(complaint, well), List.of(complaint));
            // Two causes fit equally well until the silence could have shown.
            return new SuspectReading(open.cause(), null, open.certainty() / 2, open.text(), open.evidence());
        }
        String text = complaint.text() + " It answers what reaches it as usual: the way to it is disturbed.";
        return reading(CauseKind.NETWORK, null, text, List.of(complaint, well), List.of(complaint, well));
    }

    private SuspectReading ownTrouble(
            Blame blame, List<Finding> own, List<Finding> callers, Optional<Finding> silence) {
        List<EvidenceTerm> terms = new ArrayList<>();
        List<EvidenceTerm> counted = new ArrayList<>();
        EvidenceTerm main = wording.ownPart(blame, own, callers);
        terms.add(main);
        counted.add(main);
        if (blame.errorPart() > 0.1 && blame.waitPart() > 0.1) {
            terms.add(wording.otherPart(blame, own, callers));
        }
        Optional<Change> change = change(blame.service());
        Optional<ResourceSigns.Sign> sign = ResourceSigns.strongest(own);
        Optional<Finding> load = own.stream()
                .filter(finding -> Trouble.isMoreLoad(finding) && finding.value() > MUCH_LOAD * finding.expected())
                .max(Comparator.comparingDouble(Finding::score));
        change.map(wording::change).ifPresent(terms::add);
        sign.map(wording::resource).ifPresent(terms::add);
        load.map(wording::load).ifPresent(terms::add);
        silence.map(finding -> wording.silence(finding, 0.4)).ifPresent(terms::add);

        if (change.isPresent()) {
            counted.add(wording.change(change.get()));
            CauseKind cause = isVersion(change.get()) ? CauseKind.BAD_DEPLOY : CauseKind.CONFIGURATION;
            return reading(cause, null, wording.changed(change.get(), main), terms, counted);
        }
        if (sign.isPresent() && (blame.waitPart() > 0 || sign.get().cause() != CauseKind.CPU)) {
            EvidenceTerm resource = wording.resource(sign.get());
            counted.add(resource);
            return reading(sign.get().cause(), null, wording.joined(resource, main), terms, counted);
        }
        if (load.isPresent() && blame.waitPart() > 0) {
            EvidenceTerm more = wording.load(load.get());
            counted.add(more);
            return reading(CauseKind.TRAFFIC, null, wording.joined(more, main), terms, counted);
        }
        if (blame.service().isRemote()) {
            return reading(
                    CauseKind.DEPENDENCY,
                    null,
                    main.text() + " It sends no telemetry of its own: only its callers' view is known.",
                    terms,
                    counted);
        }
        return reading(
                CauseKind.UNKNOWN,
                null,
                main.text()
                        + " No change, silent replica or exhausted resource was seen with it: what is wrong there is unknown.",
                terms,
                counted);
    }

    private Optional<Change> change(ServiceKey service) {
        return ChangePrior.suspicious(known.changes(), service, onset);
    }

    private static Optional<Finding> silence(List<Finding> own) {
        return own.stream()
                .filter(Trouble::isSilence)
                .max(Comparator.comparing(Finding::isOpen).thenComparing(Finding::onset));
    }

    private static boolean isVersion(Change change) {
        return change.kind() == ChangeKind.DEPLOY || change.kind() == ChangeKind.ROLLBACK;
    }

    private static double partOf(Blame blame) {
        return Math.max(blame.errorPart(), blame.waitPart());
    }

    private static SuspectReading reading(
            CauseKind cause,
            @Nullable String instance,
            String text,
            List<EvidenceTerm> terms,
            List<EvidenceTerm> counted) {
        List<EvidenceTerm> strongestFirst = terms.stream()
                .sorted(Comparator.comparingDouble(EvidenceTerm::weight).reversed())
                .toList();
        return new SuspectReading(cause, instance, certainty(counted), text, strongestFirst);
    }

    /**
     * Noisy-OR of independent reasons, each trusted to three quarters: one perfect reason alone gives .75, a second as good
     * .94. The form was measured (design CORRELATION.md, section 3 "Fusion"); the three quarters are ours, and
     * {@code learning.calibration} corrects them from outcomes.
     */
    private static double certainty(List<EvidenceTerm> counted) {
        double doubt = 1;
        for (EvidenceTerm term : counted) {
            doubt *= 1 - 0.75 * Math.min(1, Math.max(0, term.weight()));
        }
        return 1 - doubt;
    }
}
