package io.evenkeel.remediation.runbook;

import io.evenkeel.remediation.audit.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the directory that people own, as a whole: one wrong file and none of it comes into force. Files:
 * {@code catalogue.yaml}, {@code policy.yaml}, {@code grants.yaml}, {@code runbooks/*.yaml}; {@code routes.yaml} is only
 * counted in the hash. Keeps no state and is safe for use by many threads.
 */
public final class ConfigurationDirectory {
    private final Map<String, Verb> verbs;
    private final Expansion expansion;

    /**
     * @param verbs what the executors offer
     * @param expansion values of <code>${…}</code> in the catalogue
     */
    public ConfigurationDirectory(Collection<Verb> verbs, Expansion expansion) {
        Map<String, Verb> byName = new HashMap<>();
        verbs.forEach(verb -> byName.put(verb.use(), verb));
        this.verbs = Map.copyOf(byName);
        this.expansion = expansion;
    }

    /**
     * @param configuration null when there are problems
     * @param hash SHA-256 over the names and bytes of all files, hex
     * @param problems all that is wrong
     */
    public record Loaded(@Nullable Configuration configuration, String hash, List<Problem> problems) {}

    /** Hash of the directory as it lies there, without reading what the files say. */
    public String hash(Path directory) {
        return CanonicalJson.hash(hashes(files(directory, new Problems())));
    }

    private static Map<String, String> hashes(Map<String, byte[]> files) {
        Map<String, String> hashes = new TreeMap<>();
        files.forEach((name, bytes) -> hashes.put(name, CanonicalJson.sha256(bytes)));
        return hashes;
    }

    public Loaded load(Path directory) {
        Problems problems = new Problems();
        Map<String, byte[]> files = files(directory, problems);
        Map<String, String> hashes = hashes(files);
        String hash = CanonicalJson.hash(hashes);
        Map<String, YamlNode> roots = new TreeMap<>();
        files.keySet()
                .forEach(name -> YamlFile.read(directory.resolve(name), name, problems)
                        .ifPresent(root -> roots.put(name, root)));

        Map<String, Runbook> runbooks = new HashMap<>();
        Policy policy = Policy.none();
        List<Grant> grants = new ArrayList<>();
        Map<String, Endpoint> endpoints = new HashMap<>();
        for (Map.Entry<String, YamlNode> entry : roots.entrySet()) {
            String name = entry.getKey();
            YamlNode root = entry.getValue();
            if (name.startsWith("runbooks/")) {
                byte[] bytes = files.getOrDefault(name, new byte[0]);
                Runbook runbook = new RunbookReader(verbs, problems)
                        .read(root, new String(bytes, StandardCharsets.UTF_8), hashes.getOrDefault(name, ""));
                Runbook other = runbooks.putIfAbsent(runbook.name(), runbook);
                if (other != null) {
                    problems.add(root, "runbook '" + runbook.name() + "' is also in " + other.file(), "one", "rename");
                }
            } else if (name.equals("policy.yaml")) {
                policy = new PolicyReader(problems).read(root, hashes.getOrDefault(name, ""));
            } else if (name.equals("grants.yaml")) {
                grants.addAll(new GrantsReader(problems).read(root));
            } else if (name.equals("catalogue.yaml")) {
                endpoints.putAll(new EndpointsReader(expansion, problems).read(root));
            }
        }
        checkTogether(runbooks, policy, grants, endpoints, problems);
        Configuration configuration =
                problems.isEmpty() ? new Configuration(hash, runbooks, policy, grants, endpoints) : null;
        return new Loaded(configuration, hash, problems.list());
    }

    private void checkTogether(
            Map<String, Runbook> runbooks,
            Policy policy,
            List<Grant> grants,
            Map<String, Endpoint> endpoints,
            Problems problems) {
        for (Grant grant : grants) {
            if (!grant.runbook().isEmpty() && !runbooks.containsKey(grant.runbook())) {
                problems.add(new Problem(
                        grant.file(),
                        grant.line(),
                        "a grant names runbook '" + grant.runbook() + "', which does not exist",
                        runbooks.isEmpty()
                                ? "a runbook under runbooks/"
                                : "one of " + String.join(", ", new java.util.TreeSet<>(runbooks.keySet())),
                        "mend or remove it"));
            }
        }
        for (Runbook runbook : runbooks.values()) {
            String group = runbook.approvalGroup();
            if (!group.isEmpty() && !policy.groups().containsKey(group)) {
                problems.add(new Problem(
                        runbook.file(),
                        0,
                        "approval group '" + group + "' does not exist",
                        "a group of policy.yaml",
                        "add it under groups"));
            }
            for (Step step : runbook.steps()) {
                Optional<String> endpoint = endpointOf(step);
                if (endpoint.isPresent() && !endpoints.containsKey(endpoint.get())) {
                    problems.add(new Problem(
                            runbook.file(),
                            step.line(),
                            "step " + step.name() + " needs endpoint '" + endpoint.get() + "'",
                            "an address under endpoints of catalogue.yaml",
                            "add it there"));
                }
            }
        }
    }

    /** The endpoint a step talks to, empty when its verb is unknown. */
    private Optional<String> endpointOf(Step step) {
        Verb verb = verbs.get(step.use());
        if (verb == null) {
            return Optional.empty();
        }
        Object given = step.with().get("endpoint");
        return Optional.of(given instanceof String name ? name : verb.endpoint());
    }

    private static Map<String, byte[]> files(Path directory, Problems problems) {
        Map<String, byte[]> files = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            problems.add(new Problem(
                    directory.toString(), 0, "is not a directory", "the configuration directory", "create it"));
            return files;
        }
        for (String name : List.of("catalogue.yaml", "policy.yaml", "grants.yaml", "routes.yaml")) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                put(files, name, file, problems);
            }
        }
        Path runbooks = directory.resolve("runbooks");
        if (Files.isDirectory(runbooks)) {
            try (Stream<Path> list = Files.list(runbooks)) {
                list.filter(path -> path.toString().endsWith(".yaml")
                                || path.toString().endsWith(".yml"))
                        .sorted()
                        .forEach(path -> put(files, "runbooks/" + path.getFileName(), path, problems));
            } catch (IOException e) {
                problems.add(
                        new Problem("runbooks", 0, "cannot be listed (" + e + ")", "a readable directory", "mend"));
            }
        }
        return files;
    }

    private static void put(Map<String, byte[]> files, String name, Path file, Problems problems) {
        try {
            files.put(name, Files.readAllBytes(file));
        } catch (IOException e) {
            problems.add(new Problem(name, 0, "cannot be read (" + e + ")", "a readable file", "check its rights"));
        }
    }
}
