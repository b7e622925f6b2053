package io.evenkeel.domain.telemetry;

import java.util.Objects;

/**
 * A service as the on-call engineer names it, over all deploys, replicas and versions: environment, namespace, name.
 * Never holds a version, host or instance id; those change with each restart while the service stays the same.
 *
 * @param environment {@code deployment.environment.name}; {@code default} where the telemetry has none
 * @param namespace {@code service.namespace}; empty where absent; {@value #REMOTE_NAMESPACE} for a peer that sends no
 *     telemetry of its own (a database, a third party)
 * @param name {@code service.name}; {@value #UNKNOWN_NAME} where absent
 */
public record ServiceKey(String environment, String namespace, String name) implements Comparable<ServiceKey> {
    public static final String DEFAULT_ENVIRONMENT = "default";
    public static final String UNKNOWN_NAME = "unknown_service";
    public static final String REMOTE_NAMESPACE = "_remote";

    public ServiceKey {
        environment = environment.isBlank() ? DEFAULT_ENVIRONMENT : environment;
        Objects.requireNonNull(namespace, "namespace");
        name = name.isBlank() ? UNKNOWN_NAME : name;
    }

    /** Text form {@code environment/namespace/name}, each part with {@code %} and {@code /} percent-encoded. */
    public String id() {
        return escape(environment) + '/' + escape(namespace) + '/' + escape(name);
    }

    /**
     * Reads {@link #id()} back.
     *
     * @throws IllegalArgumentException if the text does not have exactly three parts
     */
    public static ServiceKey parse(String id) {
        String[] parts = id.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "service id '" + id + "' must read environment/namespace/name, for example prod/shop/payment");
        }
        return new ServiceKey(unescape(parts[0]), unescape(parts[1]), unescape(parts[2]));
    }

    /** True for a peer known only from its callers' telemetry. */
    public boolean isRemote() {
        return namespace.equals(REMOTE_NAMESPACE);
    }

    @Override
    public int compareTo(ServiceKey other) {
        int byEnvironment = environment.compareTo(other.environment);
        if (byEnvironment != 0) {
            return byEnvironment;
        }
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    static String escape(String part) {
        // Nearly every part is plain, and keys are written by the hundred thousand.
        if (part.indexOf('%') < 0 && part.indexOf('/') < 0 && part.indexOf('|') < 0) {
            return part;
        }
        return part.replace("%", "%25").replace("/", "%2F").replace("|", "%7C");
    }

    static String unescape(String part) {
        return part.replace("%7C", "|").replace("%2F", "/").replace("%25", "%");
    }
}
