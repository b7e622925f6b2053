package io.evenkeel.wire.otlp;

import io.evenkeel.domain.telemetry.ServiceKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Who sent the points or spans of one Resource, in the three keys of ARCHITECTURE 3: service and owner name what is
 * learned, the hash tells processes apart.
 *
 * @param service {@code ServiceKey.id()}
 * @param owner pod owner, else {@code host.name}, else empty
 * @param hash over all resource attributes in canonical form
 * @param entity hash of service and owner
 * @param facts service.instance.id, service.version, host.name, process.pid where present
 */
record ResourceIdentity(String service, String owner, long hash, long entity, Map<String, String> facts) {
    static final String INSTANCE = "service.instance.id";
    static final String VERSION = "service.version";

    /**
     * Names longer than this many characters are cut: identity is kept for ever, a hostile name must not fill it.
     */
    private static final int MAX_NAME = 256;

    /**
     * @param attributes the resource attributes in canonical form
     */
    static ResourceIdentity of(CanonicalForm attributes) {
        String environment = "";
        String oldEnvironment = "";
        String namespace = "";
        String name = "";
        String deployment = "";
        String statefulSet = "";
        String daemonSet = "";
        String host = "";
        Map<String, String> facts = new HashMap<>();
        CanonicalText text = new CanonicalText(attributes.bytes(), 0);
        int count = text.readInt();
        for (int entry = 0; entry < count; entry++) {
            String key = text.readText();
            String value = PlainText.of(text.readName(), MAX_NAME);
            switch (key) {
                case "deployment.environment.name" -> environment = value;
                // The name before semantic conventions 1.27; agents in the field still send it.
                case "deployment.environment" -> oldEnvironment = value;
                case "service.namespace" -> namespace = value;
                case "service.name" -> name = value;
                case "k8s.deployment.name" -> deployment = value;
                case "k8s.statefulset.name" -> statefulSet = value;
                case "k8s.daemonset.name" -> daemonSet = value;
                case "host.name" -> {
                    host = value;
                    facts.put(key, value);
                }
                case INSTANCE, VERSION, "process.pid" -> facts.put(key, value);
                default -> {}
            }
        }
        String service = new ServiceKey(firstNonEmpty(environment, oldEnvironment), namespace, name).id();
        String owner = firstNonEmpty(deployment, statefulSet, daemonSet, host);
        return new ResourceIdentity(service, owner, attributes.hash(), entity(service, owner), Map.copyOf(facts));
    }

    String fact(String key) {
        return facts.getOrDefault(key, "");
    }

    private static long entity(String service, String owner) {
        byte[] both = (service + '\n' + owner).getBytes(StandardCharsets.UTF_8);
        return Mix.hash(both, 0, both.length);
    }

    private static String firstNonEmpty(String... candidates) {
        for (String candidate : candidates) {
            if (!candidate.isEmpty()) {
                return candidate;
            }
        }
        return "";
    }
}
