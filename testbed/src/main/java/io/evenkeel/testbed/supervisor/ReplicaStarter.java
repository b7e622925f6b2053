package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.process.OrphanGuard;
import io.evenkeel.testbed.process.ProcessIdentity;
import io.evenkeel.testbed.shop.HealthPort;
import io.evenkeel.testbed.shop.Role;
import io.evenkeel.testbed.shop.ShopService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Starts replicas as processes and waits until they are ready, at most two at a time: a JVM with the agent takes most of
 * a core while it starts.
 */
final class ReplicaStarter {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final int STARTING_AT_A_TIME = 2;
    /** Products of the shop; also the length of each table of reference data. */
    static final int PRODUCTS = 400;

    private final SupervisorOptions options;
    private final Ports ports;
    private final OrphanGuard guard;
    private final InstantSource clock;
    private final SplittableRandom ids;
    private final Semaphore starting = new Semaphore(STARTING_AT_A_TIME, true);

    ReplicaStarter(SupervisorOptions options, Ports ports, OrphanGuard guard, InstantSource clock) {
        this.options = options;
        this.ports = ports;
        this.guard = guard;
        this.clock = clock;
        // An instance id must be new at every start, also after a restart with the same seed.
        this.ids = new SplittableRandom(clock.millis() ^ options.seed());
    }

    /** A replica did not become ready; the message names its log. */
    static final class NotReadyException extends Exception {
        private static final long serialVersionUID = 1L;

        NotReadyException(String message) {
            super(message);
        }
    }

    /** Gives the name that a replica about to start will have, for the journal line before it. */
    synchronized String nextInstance(Role role, int ordinal) {
        return "%s-%d-%04x".formatted(options.names().get(role), ordinal, ids.nextInt(0x10000));
    }

    /**
     * Starts a replica and waits until it is ready; ended again when it does not become so.
     *
     * @throws NotReadyException when it ended or was not ready in time
     */
    Replica start(Role role, int ordinal, String instance, Releases.Release release)
            throws NotReadyException, InterruptedException {
        starting.acquire();
        try {
            Replica replica = spawn(role, ordinal, instance, release);
            try {
                awaitReady(replica);
            } catch (NotReadyException | InterruptedException e) {
                replica.process().destroyForcibly();
                gone(replica);
                throw e;
            }
            return replica;
        } catch (IOException e) {
            throw new NotReadyException(instance + " cannot be started: " + e.getMessage());
        } finally {
            starting.release();
        }
    }

    /** To be called once when a replica has ended, so that its ports can be used again. */
    void gone(Replica replica) {
        replica.state(Replica.State.STOPPED);
        ports.giveBack(replica.port());
        ports.giveBack(replica.healthPort());
    }

    private Replica spawn(Role role, int ordinal, String instance, Releases.Release release) throws IOException {
        int port = ports.take();
        int healthPort = ports.take();
        ProcessBuilder builder = new ProcessBuilder(command(role))
                .redirectErrorStream(true)
                .redirectOutput(log(instance).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        environment(builder.environment(), role, ordinal, instance, release, port, healthPort);
        Process process = null;
        ProcessIdentity identity;
        try {
            process = builder.start();
            identity = ProcessIdentity.of(process.pid()).orElse(new ProcessIdentity(process.pid(), -1));
            guard.add(identity);
        } catch (IOException e) {
            // a process nobody could find again, as on a full disk, must not stay
            if (process != null) {
                process.destroyForcibly();
            }
            ports.giveBack(port);
            ports.giveBack(healthPort);
            throw e;
        }
        return new Replica(
                instance,
                ordinal,
                release.version(),
                port,
                healthPort,
                process,
                identity,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private List<String> command(Role role) {
        List<String> command = new ArrayList<>(List.of(
                options.java(),
                "-Xmx" + options.heapMegabytes() + "m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:ReservedCodeCacheSize=32m",
                "-Duser.timezone=UTC",
                "-Dsun.net.httpserver.nodelay=true",
                // Below the server's 30 s: a client that reuses a connection just being closed loses a POST.
                "-Djdk.httpclient.keepalive.timeout=10",
                "-Dlogback.configurationFile=shop-logback.xml"));
        Path agent = options.agent();
        if (agent != null && options.otlpEndpoint() != null) {
            command.add("-javaagent:" + agent);
        }
        command.addAll(List.of("-cp", options.classpath(), ShopService.class.getName(), role.word()));
        return command;
    }

    private void environment(
            Map<String, String> variables,
            Role role,
            int ordinal,
            String instance,
            Releases.Release release,
            int port,
            int healthPort) {
        // The launcher's own telemetry settings and Java options are not the shop's.
        variables.keySet().removeIf(name -> name.startsWith("OTEL_") || name.equals("JAVA_TOOL_OPTIONS"));
        String service = String.valueOf(options.names().get(role));
        variables.put("SERVICE_NAME", service);
        variables.put("SERVICE_VERSION", release.version());
        variables.put("SHOP_PORT", Integer.toString(port));
        variables.put("SHOP_HEALTH_PORT", Integer.toString(healthPort));
        variables.put("SHOP_REGISTRY", registry(options).toString());
        variables.put("SHOP_TABLE", table(options, role).toString());
        variables.put("SHOP_PRODUCTS", Integer.toString(PRODUCTS));
        variables.put("SHOP_SEED", Long.toString(options.seed() * 31 + role.ordinal() * 7L + ordinal));
        variables.put("SHOP_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        SupervisorOptions.Database database = options.database();
        if (role == Role.INVENTORY && database != null) {
            variables.put("INVENTORY_JDBC_URL", database.url());
            variables.put("INVENTORY_USER", database.user());
            variables.put("INVENTORY_PASSWORD_FILE", database.passwordFile().toString());
        }
        variables.putAll(release.behaviour());
        String endpoint = options.otlpEndpoint();
        if (endpoint != null) {
            telemetry(variables, endpoint, service, release.version(), instance);
        }
    }

    private void telemetry(
            Map<String, String> variables, String endpoint, String service, String version, String instance) {
        variables.put("OTEL_SERVICE_NAME", service);
        variables.put(
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=" + options.environment() + ",service.namespace=" + options.namespace()
                        + ",service.version=" + version + ",service.instance.id=" + instance);
        variables.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        variables.put("OTEL_EXPORTER_OTLP_PROTOCOL", options.otlpProtocol());
        variables.put("OTEL_METRIC_EXPORT_INTERVAL", "10000");
        variables.put("OTEL_BSP_SCHEDULE_DELAY", "1000");
        variables.put("OTEL_BLRP_SCHEDULE_DELAY", "1000");
        variables.put("OTEL_LOGS_EXPORTER", "otlp");
        // Only what this shop uses: the agent's two hundred other instrumentations cost start time and memory.
        variables.put("OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "false");
        for (String used : List.of(
                "JAVA_HTTP_SERVER",
                "JAVA_HTTP_CLIENT",
                "JDBC",
                "HIKARICP",
                "LOGBACK_APPENDER",
                "RUNTIME_TELEMETRY",
                "EXECUTORS")) {
            variables.put("OTEL_INSTRUMENTATION_" + used + "_ENABLED", "true");
        }
    }

    private static void awaitReady(Replica replica) throws NotReadyException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (replica.process().waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new NotReadyException(replica.instance() + " ended with code "
                        + replica.process().exitValue() + " while starting; see logs/" + replica.instance() + ".log");
            }
            if (HealthPort.probe(replica.healthPort(), 400).ready()) {
                return;
            }
        }
        throw new NotReadyException(replica.instance() + " was not ready within " + READY_WITHIN.toSeconds()
                + " s; see logs/" + replica.instance() + ".log");
    }

    private Path log(String instance) {
        try {
            return Files.createDirectories(options.dataDir().resolve("logs")).resolve(instance + ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path registry(SupervisorOptions options) {
        return options.dataDir().resolve("registry.json");
    }

    static Path table(SupervisorOptions options, Role role) {
        return options.dataDir().resolve("reference").resolve(role.word() + ".csv");
    }
}
