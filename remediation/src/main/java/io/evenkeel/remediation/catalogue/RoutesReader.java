package io.evenkeel.remediation.catalogue;

import io.evenkeel.remediation.notify.Route;
import io.evenkeel.remediation.runbook.Document;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.YamlMap;
import io.evenkeel.remediation.runbook.YamlNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads routes.yaml: where pages go. */
final class RoutesReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Expansion expansion;
    private final Problems problems;

    RoutesReader(Expansion expansion, Problems problems) {
        this.expansion = expansion;
        this.problems = problems;
    }

    List<Route> read(YamlNode root) {
        YamlMap document = Document.open(root, "Routes", problems);
        document.optional("metadata");
        List<Route> routes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlMap map : document.maps("routes", "route")) {
            route(map).ifPresent(route -> {
                if (!names.add(route.name())) {
                    map.problem("name", "route '" + route.name() + "' is there twice", "each name once", "rename it");
                }
                routes.add(route);
            });
        }
        document.finish();
        return routes;
    }

    private Optional<Route> route(YamlMap map) {
        String name = map.text("name");
        String url = expansion.expand(map, "url", map.text("url"));
        String secretFile = expansion.expand(map, "secretFile", map.text("secretFile"));
        boolean enabled = map.flag("enabled", true);
        Set<String> environments = Set.copyOf(map.texts("environments"));
        if (map.has("secret")) {
            map.optional("secret");
            map.problem("secret", "a secret stands in the file", "'secretFile: …'", "move it to a file of its own");
        }
        map.finish();
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            map.problem("name", "route name '" + name + "'", "letters, digits, . _ -", "rename it");
        }
        Optional<URI> address = address(url);
        if (address.isEmpty() && !url.isEmpty()) {
            map.problem("url", "route " + name + " has address '" + url + "'", "http(s)://host/path", "mend it");
        }
        if (address.isEmpty() || name.isEmpty() || secretFile.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Route(name, address.get(), Path.of(secretFile), environments, enabled));
    }

    private static Optional<URI> address(String url) {
        try {
            URI uri = URI.create(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && uri.getHost() != null && uri.getUserInfo() == null ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
