package io.evenkeel.remediation.runbook;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the {@code endpoints} of catalogue.yaml; its services and metrics are read by whoever publishes them. */
final class EndpointsReader {
    private final Expansion expansion;
    private final Problems problems;

    EndpointsReader(Expansion expansion, Problems problems) {
        this.expansion = expansion;
        this.problems = problems;
    }

    Map<String, Endpoint> read(YamlNode root) {
        YamlMap document = Document.open(root, "Catalogue", problems);
        document.optional("metadata");
        document.optional("services");
        document.optional("metrics");
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        document.map("endpoints", "endpoints").ifPresent(map -> {
            for (String name : map.keys()) {
                Endpoint endpoint =
                        endpoint(name, YamlMap.of(map.optional(name).orElseThrow(), "endpoint " + name, problems));
                if (endpoint != null) {
                    endpoints.put(name, endpoint);
                }
            }
        });
        document.finish();
        return endpoints;
    }

    private @Nullable Endpoint endpoint(String name, YamlMap map) {
        String url = expansion.expand(map, "url", map.text("url"));
        String tokenFile = expansion.expand(map, "tokenFile", map.text("tokenFile", ""));
        Duration timeout = map.duration("timeout", Duration.ofSeconds(5));
        if (map.has("token")) {
            map.optional("token");
            map.problem("token", "a secret stands in the file", "'tokenFile: …'", "move it to a file of its own");
        }
        map.finish();
        if (url.isEmpty()) {
            return null;
        }
        try {
            URI uri = URI.create(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                return new Endpoint(name, uri, tokenFile.isEmpty() ? null : Path.of(tokenFile), timeout);
            }
        } catch (IllegalArgumentException e) {
            // Reported below with the others that are no web address.
        }
        map.problem("url", "endpoint " + name + " has address '" + url + "'", "http(s)://host:port/prefix", "mend it");
        return null;
    }
}
