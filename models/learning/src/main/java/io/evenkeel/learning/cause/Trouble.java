package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a finding says in the on-call engineer's words: calls fail, answers are slow, requests stay away, a replica is
 * silent. Everything else (a gauge, a log line, more load than usual) is a hint, never trouble by itself.
 */
public final class Trouble {
    /** Attribute that names the replica. */
    public static final String INSTANCE = "service.instance.id";

    /** Attribute that names the commonest error. */
    public static final String ERROR_TYPE = "error.type";

    /** Attribute of a finding about calls: the callee's address that fails most. */
    static final String PEER = "peer";

    /** Attribute of a finding about calls: that address's part of the failures, 0..1. */
    static final String PEER_SHARE = "peer.share";

    /** Attribute of a finding about calls: how many addresses were called. */
    static final String PEERS = "peers";

    /** A late answer hurts a user about half as much as none: our choice, unmeasured; only mixes the two units. */
    private static final double WAIT_HARM = 0.5;

    /** Users notice a wait and lose their thought from one second on (Nielsen 1993, response times: three limits). */
    private static final double NOTICED_SECONDS = 1;

    /** A rate has collapsed when less than this part of the expected requests arrives. */
    private static final double COLLAPSE_PART = 0.5;

    /** Namespace of facts about the telemetry itself, such as that none arrives from a whole environment. */
    private static final String OWN_NAMESPACE = "_evenkeel";

    /** First path words of operations that probes call, not users. */
    private static final List<String> HEALTH_PATHS =
            List.of("/health", "/healthz", "/ready", "/readyz", "/live", "/livez", "/actuator", "/ping", "/metrics");

    private Trouble() {}

    public static boolean isErrors(Finding finding) {
        return rises(finding, SignalKind.ERROR_RATIO);
    }

    public static boolean isSlowness(Finding finding) {
        return rises(finding, SignalKind.DURATION_P95);
    }

    /** Less than half of the expected requests arrive at a service. */
    public static boolean isRateCollapse(Finding finding) {
        return isAnomaly(finding)
                && finding.signal().kind() == SignalKind.REQUEST_RATE
                && finding.direction() == Direction.DOWN
                && !finding.signal().isEdge()
                && finding.value() < COLLAPSE_PART * finding.expected();
    }

    /** More requests than usual: load, not trouble. */
    public static boolean isMoreLoad(Finding finding) {
        return rises(finding, SignalKind.REQUEST_RATE);
    }

    public static boolean isSilence(Finding finding) {
        return finding.kind() == FindingKind.TELEMETRY_LOST;
    }

    /** All replicas of a service are silent: we are blind there. */
    public static boolean isBlindness(Finding finding) {
        return isSilence(finding) && finding.signal().slot().isEmpty();
    }

    /** Nothing at all arrives from an environment: a fact about the telemetry, not about any one service. */
    public static boolean isEnvironmentBlindness(Finding finding) {
        return isSilence(finding) && finding.signal().service().namespace().equals(OWN_NAMESPACE);
    }

    /** Failing or slow calls, seen by the service itself or by a caller. */
    public static boolean isFailingOrSlow(Finding finding) {
        return isErrors(finding) || isSlowness(finding);
    }

    /** Trouble that forms groups; the rest waits as a hint until a group needs it. */
    public static boolean isTrouble(Finding finding) {
        return (isFailingOrSlow(finding) && finding.signal().slot().isEmpty())
                || isSilence(finding)
                || isRateCollapse(finding);
    }

    /** True for an operation that probes call, such as {@code GET /health}. */
    public static boolean isHealthCheck(String operation) {
        String lower = operation.toLowerCase(Locale.ROOT);
        String path = lower.substring(lower.indexOf(' ') + 1);
        return HEALTH_PATHS.stream().anyMatch(health -> path.equals(health) || path.startsWith(health + "/"));
    }

    /** The replica that a finding is about, null when it is about a whole service. */
    public static @Nullable String instance(Finding finding) {
        String instance = finding.attributes().get(INSTANCE);
        return instance == null || instance.isBlank() ? null : instance;
    }

    /**
     * Harm per second, > 0: the finding's impact; where the source could not give one, the height above the expectation
     * stands in for it, so that a finding never counts for nothing.
     */
    public static double impact(Finding finding) {
        double impact = finding.impact();
        if (impact > 0) {
            return impact;
        }
        double height = Math.abs(finding.value() - finding.expected());
        return Double.isFinite(height) ? Math.max(height, 1e-3) : 1e-3;
    }

    /**
     * Requests hurt per second: failed requests for errors, requests missing for a collapse; for slowness as many as would
     * make up the extra waiting if each waited as long as the 95th percentile rose.
     */
    public static double requestsHurt(Finding finding) {
        if (!isSlowness(finding)) {
            return impact(finding);
        }
        double rise = finding.value() - finding.expected();
        return rise > 0 ? impact(finding) / rise : 0;
    }

    /**
     * Harm per second in failed requests, so that errors and waiting can be weighed against each other. A second or more of
     * extra waiting counts half a failed request, less counts in proportion: when a whole machine is busy every request
     * takes a tenth of a second longer, and that must not outweigh the few that fail.
     */
    public static double harm(Finding finding) {
        if (!isSlowness(finding)) {
            return impact(finding);
        }
        double rise = finding.value() - finding.expected();
        return WAIT_HARM * Math.min(1, rise / NOTICED_SECONDS) * requestsHurt(finding);
    }

    private static boolean rises(Finding finding, SignalKind kind) {
        return isAnomaly(finding) && finding.signal().kind() == kind && finding.direction() == Direction.UP;
    }

    private static boolean isAnomaly(Finding finding) {
        return finding.kind() == FindingKind.ANOMALY || finding.kind() == FindingKind.SLO_BURN;
    }
}
