package io.evenkeel.testbed;

import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.testbed.past.ShopPast;
import io.evenkeel.testbed.shop.Role;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where the bed lives and what it speaks to.
 *
 * @param home directory with {@code lib/*.jar} and {@code opentelemetry-javaagent.jar}, made by the build at
 *     {@code testbed/target/testbed}
 * @param dataDir journal, releases, registry, token, logs, what users saw
 * @param supervisorPort of the platform's HTTP interface, for example 9480
 * @param shopPortBase lowest port of the shop, for example 9481
 * @param loadPort of the load's {@code GET /stats}, for example 9479
 * @param otlpEndpoint where the shop exports to, for example {@code http://127.0.0.1:4317}
 * @param otlpProtocol {@code grpc} or {@code http/protobuf}
 * @param environment {@code deployment.environment.name}, for example {@code demo}
 * @param names new name of a role's service; roles that are absent keep their word as name
 * @param seed of everything drawn by chance in shop and load
 * @param requestsPerSecond mean of a day, for example 20
 * @param parentPid process the bed lives with: when it is gone, however, the whole bed ends; 0 for none
 * @param database inventory's PostgreSQL
 */
public record TestBedOptions(
        Path home,
        Path dataDir,
        int supervisorPort,
        int shopPortBase,
        int loadPort,
        String otlpEndpoint,
        String otlpProtocol,
        String environment,
        Map<Role, String> names,
        long seed,
        double requestsPerSecond,
        long parentPid,
        Database database) {
    /** {@code service.namespace} of the shop, the supervisor's default. */
    public static final String NAMESPACE = "shop";

    public TestBedOptions {
        home = home.toAbsolutePath().normalize();
        dataDir = dataDir.toAbsolutePath().normalize();
        names = Map.copyOf(names);
    }

    /**
     * @param jdbcUrl for example {@code jdbc:postgresql://127.0.0.1:9396/inventory}; the database exists and is empty or
     *     the bed's own
     * @param user login that may make tables
     * @param passwordFile holds the password alone
     */
    public record Database(String jdbcUrl, String user, Path passwordFile) {}

    /** The defaults of the demo: ports counted from a base (load +89, supervisor +90, shop from +91), this process as parent. */
    public static TestBedOptions of(Path home, Path dataDir, int portBase, String otlpEndpoint, Database database) {
        return new TestBedOptions(
                home,
                dataDir,
                portBase + 90,
                portBase + 91,
                portBase + 89,
                otlpEndpoint,
                "grpc",
                "demo",
                Map.of(),
                1,
                20,
                ProcessHandle.current().pid(),
                database);
    }

    /** The same bed with services renamed, for example {@code payment} to {@code zahlung}. */
    public TestBedOptions renamed(Map<Role, String> to) {
        return new TestBedOptions(
                home,
                dataDir,
                supervisorPort,
                shopPortBase,
                loadPort,
                otlpEndpoint,
                otlpProtocol,
                environment,
                to,
                seed,
                requestsPerSecond,
                parentPid,
                database);
    }

    /** The same bed with another seed. */
    public TestBedOptions seeded(long other) {
        return new TestBedOptions(
                home,
                dataDir,
                supervisorPort,
                shopPortBase,
                loadPort,
                otlpEndpoint,
                otlpProtocol,
                environment,
                names,
                other,
                requestsPerSecond,
                parentPid,
                database);
    }

    /** The same bed under another load. */
    public TestBedOptions loaded(double requestsEachSecond) {
        return new TestBedOptions(
                home,
                dataDir,
                supervisorPort,
                shopPortBase,
                loadPort,
                otlpEndpoint,
                otlpProtocol,
                environment,
                names,
                seed,
                requestsEachSecond,
                parentPid,
                database);
    }

    /** Its users, in the civil time of this machine. */
    public LoadModel load() {
        return LoadModel.drawn(seed, requestsPerSecond, LoadModel.SHOP_SWING, ZoneId.systemDefault());
    }

    /** The shop before it was started, as simulated under the same load. */
    public ShopPast past() {
        return new ShopPast(load(), environment, NAMESPACE, allNames());
    }

    /** What the service of a role is called. */
    public String nameOf(Role role) {
        return names.getOrDefault(role, role.word());
    }

    /** Every role with its service's name. */
    public Map<Role, String> allNames() {
        Map<Role, String> all = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            all.put(role, nameOf(role));
        }
        return all;
    }

    /** Bearer token of the supervisor, made by it with mode 0600. */
    public Path tokenFile() {
        return dataDir.resolve("supervisor.token");
    }

    public Path registryFile() {
        return dataDir.resolve("registry.json");
    }

    /** What users saw, second by second, as JSON lines. */
    public Path truthFile() {
        return dataDir.resolve("truth.jsonl");
    }

    /** The platform's own journal, as JSON lines. */
    public Path journalFile() {
        return dataDir.resolve("journal.jsonl");
    }

    /** Where the processes' own words go: {@code supervisor.log}, {@code load.log} and one file per replica. */
    public Path logs() {
        return dataDir.resolve("logs");
    }

    /** What is missing in {@link #home()}, empty when it is complete. */
    public List<String> missing() {
        return List.of("lib", "opentelemetry-javaagent.jar").stream()
                .filter(name -> !java.nio.file.Files.exists(home.resolve(name)))
                .toList();
    }
}
