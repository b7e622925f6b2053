package io.evenkeel.ingest.prometheus;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose a series is, and what is left of its labels as attributes: the way that OpenTelemetry's exporters write into a
 * Prometheus, walked back (specification, compatibility/prometheus_and_openmetrics.md, "Resource Attributes"): {@code job}
 * is {@code service.namespace/service.name}, {@code instance} the instance id, and the rest of the resource stands on
 * {@code target_info}. What people say counts more than what labels say. Pure.
 *
 * @param service name of the service for every series; null = by labels
 * @param namespace its namespace for every series; null = by labels
 * @param environment environment for every series; null = by labels
 * @param serviceLabel label that holds the service's name; null = {@code service_name}, else {@code job}
 * @param attributes attribute by label, where a label's own name is not the attribute's
 * @param dropped labels that live telemetry has not, such as {@code cluster}
 */
public record Identity(
        @Nullable String service,
        @Nullable String namespace,
        @Nullable String environment,
        @Nullable String serviceLabel,
        Map<String, String> attributes,
        java.util.Set<String> dropped) {
    private static final java.util.Set<String> OF_RESOURCE = java.util.Set.of(
            "__name__",
            "job",
            "instance",
            "service_name",
            "service.name",
            "service_namespace",
            "service.namespace",
            "service_instance_id",
            "service.instance.id",
            "service_version",
            "service.version",
            "deployment_environment_name",
            "deployment.environment.name",
            "deployment_environment",
            "deployment.environment",
            "otel_scope_name",
            "otel_scope_version",
            "otel_scope_schema_url");

    /** Names that semantic conventions 1.44 has and that an exporter to Prometheus wrote with underscores. */
    private static final Map<String, String> KNOWN =
            known("http.request.method http.response.status_code http.route error.type server.address server.port"
                    + " client.address url.scheme url.template network.protocol.name network.protocol.version"
                    + " network.peer.address network.transport network.type network.interface.name network.io.direction"
                    + " rpc.system rpc.system.name rpc.service rpc.method rpc.response.status_code rpc.grpc.status_code"
                    + " db.system db.system.name db.namespace db.collection.name db.operation.name"
                    + " db.response.status_code db.client.connection.state db.client.connection.pool.name"
                    + " messaging.system messaging.operation.name messaging.operation.type messaging.destination.name"
                    + " messaging.consumer.group.name messaging.destination.partition.id"
                    + " jvm.memory.type jvm.memory.pool.name jvm.thread.daemon jvm.thread.state jvm.gc.name jvm.gc.action"
                    + " jvm.gc.cause jvm.buffer.pool.name nodejs.eventloop.state v8js.heap.space.name"
                    + " cpu.mode cpu.logical_number disk.io.direction system.device system.memory.state"
                    + " system.paging.state system.paging.type system.paging.direction system.process.status"
                    + " system.filesystem.state system.filesystem.type system.filesystem.mode"
                    + " system.filesystem.mountpoint process.context_switch.type process.paging.fault.type"
                    + " k8s.container.status.reason k8s.container.status.state k8s.pod.status.phase"
                    + " k8s.node.condition.type k8s.node.condition.status hw.id hw.type hw.name hw.state hw.parent"
                    + " log.severity http.status_code http.method");

    public Identity {
        attributes = Map.copyOf(attributes);
        dropped = java.util.Set.copyOf(dropped);
    }

    /** Everything by labels. */
    public static Identity byLabels() {
        return new Identity(null, null, null, null, Map.of(), java.util.Set.of());
    }

    private static Map<String, String> known(String names) {
        Map<String, String> known = new TreeMap<>();
        for (String name : names.split(" ")) {
            known.put(name.replace('.', '_'), name);
        }
        return Map.copyOf(known);
    }

    /**
     * The resource attributes of a series: service, namespace, environment and instance.
     *
     * @param info labels of its {@code target_info}, empty when there is none
     * @throws PrometheusException if nothing says whose it is
     */
    Map<String, String> resource(Map<String, String> labels, Map<String, String> info) throws PrometheusException {
        String job = first(labels, "job");
        int slash = job.indexOf('/');
        String name = service != null
                ? service
                : serviceLabel != null
                        ? first(labels, serviceLabel)
                        : or(first(labels, "service_name", "service.name"), slash < 0 ? job : job.substring(slash + 1));
        if (name.isEmpty()) {
            throw new PrometheusException("the series " + labels + " does not say whose it is ("
                    + (serviceLabel == null ? "neither service_name nor job" : "no " + serviceLabel)
                    + "); name the service with --service, or keep a label with sum by (job) and the like");
        }
        Map<String, String> resource = new TreeMap<>();
        resource.put("service.name", name);
        put(
                resource,
                "service.namespace",
                namespace != null
                        ? namespace
                        : or(
                                first(labels, "service_namespace", "service.namespace"),
                                or(
                                        slash < 0 ? "" : job.substring(0, slash),
                                        first(info, "service_namespace", "service.namespace"))));
        put(
                resource,
                "deployment.environment.name",
                environment != null ? environment : or(environmentIn(labels), environmentIn(info)));
        put(
                resource,
                "service.instance.id",
                or(first(labels, "service_instance_id", "service.instance.id"), first(labels, "instance")));
        return resource;
    }

    private static String environmentIn(Map<String, String> labels) {
        return first(
                labels,
                "deployment_environment_name",
                "deployment.environment.name",
                "deployment_environment",
                "deployment.environment");
    }

    /** The point attributes of a series: its labels without what is the resource's. */
    Map<String, String> attributesOf(Map<String, String> labels) {
        Map<String, String> left = new TreeMap<>();
        labels.forEach((label, value) -> {
            boolean isKept = !OF_RESOURCE.contains(label) && !dropped.contains(label) && !label.equals(serviceLabel);
            if (isKept && !value.isEmpty()) {
                String known = KNOWN.getOrDefault(label, label);
                left.put(attributes.getOrDefault(label, known), value);
            }
        });
        return left;
    }

    private static void put(Map<String, String> resource, String key, String value) {
        if (!value.isEmpty()) {
            resource.put(key, value);
        }
    }

    private static String first(Map<String, String> labels, String... names) {
        for (String name : names) {
            String value = labels.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static String or(String one, String other) {
        return one.isEmpty() ? other : one;
    }
}
