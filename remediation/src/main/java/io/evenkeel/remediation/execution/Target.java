package io.evenkeel.remediation.execution;

/**
 * What a step acts on, resolved when it was planned.
 *
 * @param service name as the platform knows it; for an HTTP endpoint its name
 * @param instance {@code service.instance.id} of one replica, empty when the whole service is meant
 * @param text for people
 */
public record Target(String service, String instance, String text) {}
