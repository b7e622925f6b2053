package io.evenkeel.detection;

/**
 * Learned from two ends of one call: behind this address of the caller's sits that service.
 *
 * @param caller {@code ServiceKey.id()}
 * @param peer address as the caller's spans name it
 * @param callee {@code ServiceKey.id()}
 */
public record PeerIdentity(String caller, String peer, String callee) {}
