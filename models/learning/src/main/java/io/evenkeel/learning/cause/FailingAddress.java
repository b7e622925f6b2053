package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Finding;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * How the failures of calls to one service are spread over its addresses, as the caller with the worst view saw it. One bad
 * address among good ones is a replica's trouble; a disturbed way between two services reaches all of them.
 *
 * @param peer the address that fails most, such as {@code 10.0.3.7:8080}
 * @param share its part of the failures, 0..1
 * @param addresses how many addresses were called, at least 2
 * @param findingId the finding that tells it
 */
record FailingAddress(String peer, double share, int addresses, String findingId) {
    /** The part from which detection, too, lays a service's errors on one replica (detection/README.md, attributes). */
    private static final double ONE_REPLICA = 0.8;

    /** Empty when no caller told, or only one address is called, which tells nothing. */
    static Optional<FailingAddress> of(Collection<Finding> callersFindings) {
        return callersFindings.stream()
                .filter(Trouble::isErrors)
                .filter(finding -> finding.attributes().containsKey(Trouble.PEER_SHARE))
                .max(Comparator.comparingDouble(Trouble::impact).thenComparing(Finding::id))
                .flatMap(FailingAddress::read);
    }

    boolean isOneOfSeveral() {
        return share >= ONE_REPLICA;
    }

    private static Optional<FailingAddress> read(Finding finding) {
        try {
            String peer = finding.attributes().getOrDefault(Trouble.PEER, "");
            double share = Double.parseDouble(finding.attributes().getOrDefault(Trouble.PEER_SHARE, ""));
            int addresses = Integer.parseInt(finding.attributes().getOrDefault(Trouble.PEERS, ""));
            return addresses >= 2 && !peer.isBlank()
                    ? Optional.of(new FailingAddress(peer, share, addresses, finding.id()))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            // Findings of other sources may use these words for something else.
            return Optional.empty();
        }
    }
}
