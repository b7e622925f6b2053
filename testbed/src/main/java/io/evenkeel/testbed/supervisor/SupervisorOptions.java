package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.process.Flags;
import io.evenkeel.testbed.shop.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the supervisor runs; each is a flag of its command line, explained in {@code testbed/README.md}.
 *
 * @param port of its HTTP interface, loopback
 * @param shopPortBase lowest port of the shop
 * @param dataDir journal, releases, registry, reference data, logs
 * @param tokenFile bearer token of the HTTP interface, made with mode 0600 when missing
 * @param parentPid process to live with, 0 for none
 * @param environment {@code deployment.environment.name} of the shop's telemetry
 * @param namespace {@code service.namespace} of the shop's telemetry
 * @param otlpEndpoint where the shop exports to; null starts it without the agent
 * @param otlpProtocol {@code grpc} or {@code http/protobuf}
 * @param agent the OpenTelemetry Java agent; null starts the shop without it
 * @param java the java program
 * @param classpath of the shop's processes
 * @param heapMegabytes heap of each shop process
 * @param names name of each role's service
 * @param replicas replicas of each role in a fresh shop; roles that are absent are not run
 * @param restartCrashed roles whose crashed replicas are started again without being asked; none by default, that is
 *     what Evenkeel's runbook is for
 * @param seed of everything the shop draws by chance
 * @param database inventory's PostgreSQL
 */
record SupervisorOptions(
        int port,
        int shopPortBase,
        Path dataDir,
        Path tokenFile,
        long parentPid,
        String environment,
        String namespace,
        @Nullable String otlpEndpoint,
        String otlpProtocol,
        @Nullable Path agent,
        String java,
        String classpath,
        int heapMegabytes,
        Map<Role, String> names,
        Map<Role, Integer> replicas,
        Set<Role> restartCrashed,
        long seed,
        @Nullable Database database) {

    /**
     * @param url JDBC URL
     * @param user login
     * @param passwordFile holds the password alone
     */
    record Database(String url, String user, Path passwordFile) {}

    private static final Set<String> FLAGS = Set.of(
            "port",
            "shop-port-base",
            "data-dir",
            "token-file",
            "parent-pid",
            "environment",
            "namespace",
            "otlp-endpoint",
            "otlp-protocol",
            "agent",
            "java",
            "classpath",
            "heap-mb",
            "names",
            "replicas",
            "restart-crashed",
            "seed",
            "inventory-jdbc-url",
            "inventory-user",
            "inventory-password-file");

    /** @throws IllegalArgumentException with a message for the person at the keyboard */
    static SupervisorOptions parse(String[] args) {
        Flags flags = Flags.parse(args, FLAGS);
        Path dataDir = Path.of(flags.require("data-dir")).toAbsolutePath().normalize();
        Map<Role, Integer> replicas = replicas(flags);
        String agent = flags.get("agent");
        if (agent != null && !Files.isReadable(Path.of(agent))) {
            throw new IllegalArgumentException("the OpenTelemetry agent cannot be read: " + agent);
        }
        return new SupervisorOptions(
                (int) flags.number("port", 9480),
                (int) flags.number("shop-port-base", 9481),
                dataDir,
                Path.of(flags.get(
                        "token-file", dataDir.resolve("supervisor.token").toString())),
                flags.number("parent-pid", 0),
                flags.get("environment", "demo"),
                flags.get("namespace", "shop"),
                flags.get("otlp-endpoint"),
                flags.get("otlp-protocol", "grpc"),
                agent == null ? null : Path.of(agent).toAbsolutePath(),
                flags.get(
                        "java",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                flags.get("classpath", System.getProperty("java.class.path")),
                (int) flags.number("heap-mb", 80),
                names(flags),
                replicas,
                roles(flags.get("restart-crashed", "")),
                flags.number("seed", 1),
                database(flags, replicas));
    }

    private static Map<Role, Integer> replicas(Flags flags) {
        Map<Role, Integer> replicas = new EnumMap<>(Role.class);
        Map<String, String> given = flags.pairs("replicas");
        if (given.isEmpty()) {
            for (Role role : Role.values()) {
                replicas.put(role, role.replicas());
            }
            return replicas;
        }
        given.forEach((role, count) -> {
            if (!count.matches("[1-6]")) {
                throw new IllegalArgumentException("option --replicas: " + role + " must have 1 to 6, not " + count);
            }
            replicas.put(Role.of(role), Integer.parseInt(count));
        });
        return replicas;
    }

    private static Map<Role, String> names(Flags flags) {
        Map<Role, String> names = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            names.put(role, role.word());
        }
        flags.pairs("names").forEach((role, name) -> {
            if (!name.matches("[a-z][a-z0-9-]{0,40}")) {
                throw new IllegalArgumentException(
                        "option --names: '" + name + "' must be lower case letters, digits and dashes");
            }
            names.put(Role.of(role), name);
        });
        if (new HashSet<>(names.values()).size() < names.size()) {
            throw new IllegalArgumentException("option --names gives two roles the same name: " + names.values());
        }
        return names;
    }

    private static Set<Role> roles(String words) {
        return Stream.of(words.split(","))
                .filter(word -> !word.isBlank())
                .map(Role::of)
                .collect(Collectors.toSet());
    }

    private static @Nullable Database database(Flags flags, Map<Role, Integer> replicas) {
        if (!replicas.containsKey(Role.INVENTORY)) {
            return null;
        }
        String url = flags.get("inventory-jdbc-url");
        String user = flags.get("inventory-user");
        String passwordFile = flags.get("inventory-password-file");
        if (url == null || user == null || passwordFile == null) {
            throw new IllegalArgumentException("inventory needs a PostgreSQL of its own: give --inventory-jdbc-url,"
                    + " --inventory-user and --inventory-password-file, or leave inventory out with --replicas");
        }
        if (!Files.isReadable(Path.of(passwordFile))) {
            throw new IllegalArgumentException("the password file of inventory cannot be read: " + passwordFile);
        }
        return new Database(url, user, Path.of(passwordFile).toAbsolutePath());
    }
}
