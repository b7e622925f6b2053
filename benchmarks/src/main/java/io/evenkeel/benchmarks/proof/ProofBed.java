package io.evenkeel.benchmarks.proof;

import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.testbed.DemoConfiguration;
import io.evenkeel.testbed.SupervisorClient;
import io.evenkeel.testbed.TestBed;
import io.evenkeel.testbed.TestBedOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The shop and its platform as children of the proof, not of the product: so that the platform and its journal live on
 * when the product is killed, as a user's platform does.
 */
final class ProofBed implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final TestBedOptions options;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private ProofBed(TestBedOptions options) {
        this.options = options;
    }

    /** Starts database, platform, shop and load; writes the product's configuration for this bed. */
    static ProofBed start(Installation.Place place, long seed)
            throws IOException, InterruptedException, TestBed.NotStartedException {
        Path data = place.data().resolve("testbed");
        int databasePort = place.portBase() + 6;
        Path passwordFile = place.data().resolve("secrets/shop-postgres-password");
        TestBedOptions options = TestBedOptions.of(
                        place.home().resolve("testbed/target/testbed"),
                        data,
                        place.portBase(),
                        "http://127.0.0.1:" + place.otlpGrpc(),
                        new TestBedOptions.Database(
                                "jdbc:postgresql://127.0.0.1:" + databasePort + "/inventory", "evenkeel", passwordFile))
                .seeded(seed);
        ProofBed bed = new ProofBed(options);
        try {
            bed.parts.push(PostgresServer.start(new PostgresServer.Options(
                    data.resolve("postgres"),
                    databasePort,
                    passwordFile,
                    "inventory",
                    place.data().resolve("binaries"))));
            Process supervisor = TestBed.supervisor(options).start();
            bed.parts.push(() -> stop(supervisor));
            TestBed.awaitShop(options, supervisor, START_LIMIT, ready -> {});
            Process load = TestBed.loadGenerator(options).start();
            bed.parts.push(() -> stop(load));
            return bed;
        } catch (IOException | RuntimeException | TestBed.NotStartedException | InterruptedException e) {
            bed.close();
            throw e;
        }
    }

    /** Writes the demo's configuration, fitted to the bed that {@link #start} will start there. */
    static void configure(Installation.Place place) throws IOException {
        TestBedOptions options = TestBedOptions.of(
                place.home().resolve("testbed/target/testbed"),
                place.data().resolve("testbed"),
                place.portBase(),
                "http://127.0.0.1:" + place.otlpGrpc(),
                new TestBedOptions.Database("", "", place.data()));
        DemoConfiguration.write(place.home().resolve("testbed/config"), place.config(), options);
    }

    SupervisorClient platform() {
        return new SupervisorClient(options.supervisorPort(), options.tokenFile());
    }

    /** Lines of the platform's journal with this phase and action for a service. */
    long journalled(String phase, String action, String service) throws IOException, InterruptedException {
        long count = 0;
        JsonNode journal = platform().journal();
        for (JsonNode entry : journal.isArray() ? journal : journal.path("entries")) {
            boolean matches = entry.path("phase").asString("").equals(phase)
                    && entry.path("action").asString("").equals(action)
                    && entry.path("service").asString("").equals(service);
            count += matches ? 1 : 0;
        }
        return count;
    }

    /** Names of the services, as the platform knows them. */
    List<String> services() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        platform().services().forEach(service -> names.add(service.path("name").asString()));
        return names;
    }

    /** Lets a further caller come; it ends by itself. */
    void call(Path truth, double requestsPerSecond, Duration lasts) throws IOException, TestBed.NotStartedException {
        Process caller =
                TestBed.caller(options, truth, requestsPerSecond, lasts).start();
        parts.push(() -> stop(caller));
    }

    /** What the users saw, second by second. */
    Path truth() {
        return options.truthFile();
    }

    String versionOf(String service) throws IOException, InterruptedException {
        return platform().service(service).path("version").asString("");
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // the next part must be stopped all the same; what is left ends with this process, its parent
                System.err.println("a part of the bed did not stop in order: " + e);
            }
        }
    }
}
