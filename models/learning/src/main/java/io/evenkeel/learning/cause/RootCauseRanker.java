package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Orders the services of an incident by how much of its harm is their own, most likely cause first, and says for each what
 * seems wrong with it and why. A pure function; its answer is a hypothesis with its evidence, for a person to disagree
 * with. Published methods name the right service first in .21 of hard cases on average (arXiv 2510.04711): the confidence
 * is a raw one until {@code learning.calibration} has seen outcomes.
 */
public final class RootCauseRanker {
    /** A silent replica makes what its callers see three times as telling. Ours, unmeasured. */
    private static final double SILENCE_FACTOR = 3;

    /** Suspects below this share are noise and are not listed, unless they suffer. */
    private static final double LISTED_FROM = 0.02;

    /** We are never surer than this. */
    private static final double MOST_SURE = 0.97;

    /** An unnamed fault at a rightly named service still leaves the reader less sure. */
    private static final double UNKNOWN_FACTOR = 0.8;

    private static final int MOST_INNOCENTS = 2;

    private RootCauseRanker() {}

    /** Suspects, most likely first; then those that suffer; then fresh changes nearby that nothing speaks against. */
    public static List<Suspect> rank(CauseCase known) {
        CallGraph graph = known.completedGraph();
        List<Blame> blames = Blame.of(known, graph);
        List<Suspect> suspects =
                blames.stream().anyMatch(blame -> blame.weight() > 0) ? blamed(known, blames) : withoutBlame(known);
        Set<ServiceKey> named = new HashSet<>();
        suspects.forEach(suspect -> named.add(suspect.service()));
        List<Suspect> all = new ArrayList<>(suspects);
        all.addAll(innocents(known, graph, named));
        return all;
    }

    private static List<Suspect> blamed(CauseCase known, List<Blame> blames) {
        Map<ServiceKey, Double> weights = new HashMap<>();
        blames.forEach(blame -> weights.put(blame.service(), blame.weight() * prior(known, blame)));
        double most =
                weights.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        for (Blame blame : blames) {
            boolean leads = weights.getOrDefault(blame.service(), 0.0) >= most;
            if (!leads && !blame.suffers() && reader(known, blame).seesOnlySlowerCalls(blame)) {
                weights.remove(blame.service());
            }
        }
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        List<Suspect> suspects = new ArrayList<>();
        for (Blame blame : blames) {
            double share = weights.getOrDefault(blame.service(), 0.0) / sum;
            if (blame.suffers()) {
                suspects.add(sufferer(blame, blames, share));
            } else if (share >= LISTED_FROM) {
                suspects.add(suspect(blame, reader(known, blame).read(blame), share));
            }
        }
        suspects.sort(Comparator.comparing(Suspect::suffers)
                .thenComparing(Comparator.comparingDouble(Suspect::share).reversed())
                .thenComparing(suspect -> firstOnset(known, suspect.service()))
                .thenComparing(Suspect::service));
        return suspects;
    }

    private static CauseReader reader(CauseCase known, Blame blame) {
        return new CauseReader(known, blame.service());
    }

    private static double prior(CauseCase known, Blame blame) {
        Instant onset = known.onsetAt(blame.service());
        double change = ChangePrior.suspicious(known.changes(), blame.service(), onset)
                .map(found -> ChangePrior.factor(found, onset))
                .orElse(1.0);
        boolean silent = known.ownFindings(blame.service()).stream().anyMatch(Trouble::isSilence);
        double silence = 1 + (silent ? (SILENCE_FACTOR - 1) * blame.gapPart() : 0);
        return Math.max(change, silence);
    }

    private static Suspect suspect(Blame blame, SuspectReading reading, double share) {
        double sure = reading.certainty() * share * (reading.cause() == CauseKind.UNKNOWN ? UNKNOWN_FACTOR : 1);
        return new Suspect(
                blame.service(),
                reading.instance(),
                reading.cause(),
                share,
                Math.min(MOST_SURE, sure),
                false,
                false,
                reading.text(),
                reading.evidence());
    }

    private static Suspect sufferer(Blame blame, List<Blame> blames, double share) {
        boolean errors = blame.errors() != null && blame.errors().total() > 0;
        double part = blame.explainedPart();
        ServiceKey culprit = rootOf(blame, blames);
        String trouble = errors ? "errors are" : "slowness is";
        String text = part >= 0.95
                ? "Its " + trouble + " all explained by " + culprit.name() + ". It suffers."
                : Figures.percent(part) + " of its " + (errors ? "errors" : "slowness") + (errors ? " are" : " is")
                        + " explained by " + culprit.name() + ". It suffers.";
        EvidenceTerm term = new EvidenceTerm("explained", text, part, part, null);
        return new Suspect(
                blame.service(), null, CauseKind.UNKNOWN, share, share / 2, false, true, text, List.of(term));
    }

    /** The end of the chain of explanations, such as payment for front, which calls checkout, which calls payment. */
    private static ServiceKey rootOf(Blame blame, List<Blame> blames) {
        Blame at = blame;
        Set<ServiceKey> passed = new HashSet<>();
        while (passed.add(at.service())) {
            ServiceKey next = at.mainCulprit();
            if (next == null) {
                return at.service();
            }
            Optional<Blame> found = blames.stream()
                    .filter(candidate -> candidate.service().equals(next))
                    .findFirst();
            if (found.isEmpty() || !found.get().suffers()) {
                return next;
            }
            at = found.get();
        }
        return at.service();
    }

    /** Nothing fails or is slow: somebody is silent, or requests stay away. */
    private static List<Suspect> withoutBlame(CauseCase known) {
        List<Finding> silences = known.findings().stream()
                .filter(Trouble::isSilence)
                .sorted(Comparator.comparing(Finding::onset).thenComparing(Finding::id))
                .toList();
        List<Suspect> suspects = new ArrayList<>();
        Set<ServiceKey> named = new HashSet<>();
        for (Finding silence : silences) {
            if (named.add(silence.signal().service())) {
                SuspectReading reading = new CauseReader(known, silence.signal().service()).silentOnly(silence);
                double share = 1.0 / silences.size();
                suspects.add(new Suspect(
                        silence.signal().service(),
                        reading.instance(),
                        reading.cause(),
                        share,
                        reading.certainty() * share,
                        false,
                        false,
                        reading.text(),
                        reading.evidence()));
            }
        }
        known.findings().stream()
                .filter(Trouble::isRateCollapse)
                .filter(finding -> named.add(finding.signal().service()))
                .map(RootCauseRanker::requestsStayAway)
                .forEach(suspects::add);
        return suspects;
    }

    private static Suspect requestsStayAway(Finding finding) {
        String text = "Only " + Figures.percent(finding.value() / finding.expected())
                + " of the usual requests arrive. Nothing that is watched here explains it: the cause is unknown and may"
                + " lie before this service.";
        EvidenceTerm term = new EvidenceTerm("requests stay away", text, 0.3, finding.value(), finding.id());
        return new Suspect(
                finding.signal().service(), null, CauseKind.UNKNOWN, 0, 0.1, false, false, text, List.of(term));
    }

    private static List<Suspect> innocents(CauseCase known, CallGraph graph, Set<ServiceKey> named) {
        Wording wording = new Wording(known.onset());
        Set<ServiceKey> near = neighbourhood(known, graph);
        return known.changes().stream()
                .filter(change -> near.contains(change.service()) && !named.contains(change.service()))
                .filter(change -> known.ownFindings(change.service()).stream().noneMatch(Trouble::isTrouble))
                .flatMap(change -> ChangePrior.suspicious(known.changes(), change.service(), known.onset()).stream())
                .distinct()
                .sorted(Comparator.comparing(Change::at).reversed().thenComparing(Change::id))
                .limit(MOST_INNOCENTS)
                .map(change -> innocent(wording.innocentChange(change), wording.change(change), change))
                .toList();
    }

    private static Suspect innocent(String text, EvidenceTerm term, Change change) {
        return new Suspect(
                change.service(),
                null,
                CauseKind.UNKNOWN,
                0,
                0.01,
                false,
                false,
                text,
                List.of(new EvidenceTerm(term.signal(), text, 0.05, term.value(), null)));
    }

    private static Set<ServiceKey> neighbourhood(CauseCase known, CallGraph graph) {
        Set<ServiceKey> near = new HashSet<>(known.services());
        for (ServiceKey service : known.services()) {
            graph.callsOf(service).stream().map(CallEdge::callee).forEach(near::add);
            graph.callersOf(service).stream().map(CallEdge::caller).forEach(near::add);
        }
        return near;
    }

    private static Instant firstOnset(CauseCase known, ServiceKey service) {
        @Nullable
        Instant first = known.findings().stream()
                .filter(finding -> finding.signal().service().equals(service))
                .map(Finding::onset)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return first == null ? known.now() : first;
    }
}
