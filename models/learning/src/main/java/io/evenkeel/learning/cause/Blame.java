package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.ServiceKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one service has to answer for, as parts of the whole incident.
 *
 * @param service whose
 * @param errors its excess in failed requests/s; null when nothing fails at it
 * @param waits its excess in seconds of waiting per second; null when nothing is slow at it
 * @param errorPart part of all failed requests that points at it, 0..1
 * @param waitPart part of all extra waiting that points at it, 0..1
 * @param weight both parts together, weighed by how many requests each hurts; weights of all services sum to at most 1
 */
record Blame(
        ServiceKey service,
        OwnExcess.@Nullable Excess errors,
        OwnExcess.@Nullable Excess waits,
        double errorPart,
        double waitPart,
        double weight) {
    /** A database or third party is seen by its callers only: half weight (+.04 AC@1 on PetShop, CORRELATION.md 3a). */
    private static final double REMOTE_WEIGHT = 0.5;

    /** Below this part of its own trouble, what a service does itself is noise and it merely suffers. */
    private static final double SUFFERS_BELOW = 0.2;

    static List<Blame> of(CauseCase known, CallGraph graph) {
        CallGraph synchronous = CallGraph.of(graph.edges()
                .filter(edge -> !edge.protocol().equals("messaging"))
                .toList());
        Map<ServiceKey, OwnExcess.Excess> errors =
                byService(OwnExcess.of(known.impacts(Trouble::isErrors), known.edgeImpacts(Trouble::isErrors), graph));
        Map<ServiceKey, OwnExcess.Excess> waits = byService(
                OwnExcess.of(known.impacts(Trouble::isSlowness), known.edgeImpacts(Trouble::isSlowness), synchronous));
        double errorSum = sum(errors.values());
        double waitSum = sum(waits.values());
        double errorHarm = errorSum > 0 ? worst(known.findings(), Trouble::isErrors) : 0;
        double waitHarm = waitSum > 0 ? worst(known.findings(), Trouble::isSlowness) : 0;
        double harm = Math.max(errorHarm + waitHarm, Double.MIN_NORMAL);
        Set<ServiceKey> services = new TreeSet<>(errors.keySet());
        services.addAll(waits.keySet());
        return services.stream()
                .map(service -> {
                    OwnExcess.Excess error = errors.get(service);
                    OwnExcess.Excess wait = waits.get(service);
                    double errorPart = error == null || errorSum <= 0 ? 0 : weighed(error) / errorSum;
                    double waitPart = wait == null || waitSum <= 0 ? 0 : weighed(wait) / waitSum;
                    double weight = (errorPart * errorHarm + waitPart * waitHarm) / harm;
                    return new Blame(service, error, wait, errorPart, waitPart, weight);
                })
                .toList();
    }

    /** True when errors are what it is blamed for, rather than waiting. */
    boolean isAboutErrors() {
        return errorPart >= waitPart;
    }

    /** Part of its blame that only its callers see, 0..1. */
    double gapPart() {
        double own = errors == null ? 0 : Math.max(0, errors.own()) * errorPart / Math.max(errors.blame(), 1e-12);
        own += waits == null ? 0 : Math.max(0, waits.own()) * waitPart / Math.max(waits.blame(), 1e-12);
        double all = errorPart + waitPart;
        return all > 0 ? 1 - Math.min(1, own / all) : 0;
    }

    double errorGap() {
        return errors == null ? 0 : errors.gap();
    }

    double waitGap() {
        return waits == null ? 0 : waits.gap();
    }

    /** True when it reports trouble and nearly all of it is explained by its callees. */
    boolean suffers() {
        return explainedPart() > 1 - SUFFERS_BELOW;
    }

    /** Part of its own trouble that its callees explain, 0..1; 0 when it reports none. */
    double explainedPart() {
        double worst = 1;
        boolean any = false;
        for (OwnExcess.Excess excess : excesses()) {
            if (excess.total() > 0) {
                any = true;
                worst = Math.min(worst, 1 - Math.min(1, excess.blame() / excess.total()));
            }
        }
        return any ? worst : 0;
    }

    /** The callee that explains most of its trouble; null when none explains any. */
    @Nullable
    ServiceKey mainCulprit() {
        OwnExcess.Excess excess = errors != null && errors.total() > 0 ? errors : waits;
        return excess == null
                ? null
                : excess.explainedBy().entrySet().stream()
                        .max(Map.Entry.<ServiceKey, Double>comparingByValue()
                                .thenComparing(Map.Entry::getKey, java.util.Comparator.reverseOrder()))
                        .map(Map.Entry::getKey)
                        .orElse(null);
    }

    private List<OwnExcess.Excess> excesses() {
        if (errors != null && waits != null) {
            return List.of(errors, waits);
        }
        return errors != null ? List.of(errors) : waits != null ? List.of(waits) : List.of();
    }

    private static double weighed(OwnExcess.Excess excess) {
        return excess.blame() * (excess.service().isRemote() ? REMOTE_WEIGHT : 1);
    }

    private static double sum(Collection<OwnExcess.Excess> excesses) {
        return excesses.stream().mapToDouble(Blame::weighed).sum();
    }

    private static double worst(Collection<Finding> findings, java.util.function.Predicate<Finding> kind) {
        return findings.stream().filter(kind).mapToDouble(Trouble::harm).max().orElse(0);
    }

    private static Map<ServiceKey, OwnExcess.Excess> byService(List<OwnExcess.Excess> excesses) {
        return excesses.stream().collect(Collectors.toMap(OwnExcess.Excess::service, Function.identity()));
    }
}
