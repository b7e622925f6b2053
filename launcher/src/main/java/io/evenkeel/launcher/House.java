package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.launcher.app.ControlApplication;
import io.evenkeel.launcher.flink.FlinkRuntime;
import io.evenkeel.launcher.flink.Jobs;
import io.evenkeel.launcher.kafka.EmbeddedBroker;
import io.evenkeel.launcher.postgres.HealthReader;
import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that {@code run} starts, in one process: PostgreSQL as a child, broker, Flink jobs, OTLP receivers, control
 * plane with console. Closing stops the parts in reverse order.
 */
final class House implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(House.class);
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);
    private static final int FLINK_SLOTS = 4;

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Terminal terminal;
    private volatile boolean closing;
    private @Nullable PostgresServer database;

    private record Part(String name, AutoCloseable closeable) {}

    /**
     * What a house is built from.
     *
     * @param options the command's options
     * @param data where it lives
     * @param configuration directory of catalogue, policy, grants, routes and runbooks
     * @param resolveAfter how long harm must be gone before an incident is resolved
     */
    record Plan(HouseOptions options, DataDirectory data, Path configuration, Duration resolveAfter) {
        Ports ports() {
            return new Ports(options.portBase);
        }

        String consoleAddress() {
            return "http://127.0.0.1:" + options.consolePort;
        }
    }

    private House(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Starts all parts; on any failure stops those that were started and reports the first cause. */
    static House start(Plan plan, Terminal terminal) {
        House house = new House(terminal);
        try {
            house.build(plan);
            return house;
        } catch (RuntimeException e) {
            house.close();
            throw e;
        }
    }

    private void build(Plan plan) {
        HouseOptions options = plan.options();
        Ports ports = plan.ports();
        DataDirectory data = plan.data();
        FileLock lock = data.open();
        own("data directory lock", lock::release);
        SelfTelemetry telemetry = SelfTelemetry.start();
        own("own telemetry", telemetry);
        requireFree(options.bind, options.otlpGrpcPort, "--otlp-grpc-port");
        requireFree(options.bind, options.otlpHttpPort, "--otlp-http-port");
        requireFree("127.0.0.1", options.consolePort, "--console-port");
        requireFree("127.0.0.1", ports.kafka(), "--port-base");
        requireFree("127.0.0.1", ports.kafkaController(), "--port-base");
        requireFree("127.0.0.1", ports.flinkRest(), "--port-base");

        CompletableFuture<PostgresServer> starting = CompletableFuture.supplyAsync(() -> timed(
                "PostgreSQL",
                () -> PostgresServer.start(new PostgresServer.Options(
                        data.postgres(),
                        ports.postgres(),
                        data.postgresPassword(),
                        "evenkeel",
                        data.postgresBinaries()))));
        CompletableFuture<EmbeddedBroker> broker = CompletableFuture.supplyAsync(() -> timed(
                "Kafka broker", () -> EmbeddedBroker.start(data.kafka(), ports.kafka(), ports.kafkaController())));
        CompletableFuture<FlinkRuntime> flink = CompletableFuture.supplyAsync(() -> timed(
                "Flink",
                () -> FlinkRuntime.start(
                        new FlinkRuntime.Options(data.flink(), ports.flinkRest(), FLINK_SLOTS, CHECKPOINT_INTERVAL))));
        PostgresServer postgres = join(starting, "PostgreSQL", broker, flink);
        EmbeddedBroker kafka = join(broker, "Kafka broker", flink);
        FlinkRuntime cluster = join(flink, "Flink");
        this.database = postgres;
        postgres.onExit().thenRun(() -> reviveDatabase(postgres));

        CompletableFuture<AutoCloseable> control = CompletableFuture.supplyAsync(() -> timed(
                "control plane and console",
                () -> ControlApplication.start(new ControlApplication.Settings(
                        options.consolePort,
                        options.otlpGrpcPort,
                        options.otlpHttpPort,
                        kafka.bootstrap(),
                        postgres.jdbcUrl(),
                        postgres.user(),
                        postgres.password(),
                        data.root(),
                        plan.configuration(),
                        plan.resolveAfter()))));
        timed("jobs", () -> {
            long epoch = System.currentTimeMillis();
            Jobs.all(kafka.bootstrap(), epoch).forEach(cluster::submit);
            return cluster;
        });
        OtlpReceiver receiver = timed("OTLP receivers", () -> Receivers.start(options, kafka.bootstrap(), data));
        own("OTLP receivers", receiver);
        join(control, "control plane");
        telemetry.observe(receiver::counters, new HealthReader(postgres));
    }

    /** The running database. */
    PostgresServer database() {
        return Objects.requireNonNull(database, "the house has not been started");
    }

    private void own(String name, AutoCloseable closeable) {
        parts.push(new Part(name, closeable));
    }

    /** Waits for a part; if it failed, waits for the others so that they can be stopped, then reports the failure. */
    private <T extends AutoCloseable> T join(CompletableFuture<T> part, String name, CompletableFuture<?>... others) {
        try {
            T started = part.join();
            own(name, started);
            return started;
        } catch (CompletionException e) {
            for (CompletableFuture<?> other : others) {
                try {
                    if (other.join() instanceof AutoCloseable closeable) {
                        own("part", closeable);
                    }
                } catch (CompletionException alsoFailed) {
                    LOG.error("another part failed as well", alsoFailed.getCause());
                }
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private <T> T timed(String name, Supplier<T> start) {
        long begin = System.nanoTime();
        T started = start.get();
        terminal.step(name, Duration.ofNanos(System.nanoTime() - begin));
        return started;
    }

    /** A database that died is started again; until then the door keeps taking data and nothing acts. */
    private void reviveDatabase(PostgresServer postgres) {
        if (closing) {
            return;
        }
        LOG.error("PostgreSQL pid={} ended; starting it again", postgres.pid());
        terminal.problem(
                "PostgreSQL stopped unexpectedly; starting it again. Data keeps arriving in Kafka, nothing acts meanwhile.");
        try {
            postgres.restart();
            terminal.line("PostgreSQL is back.");
            postgres.onExit().thenRun(() -> reviveDatabase(postgres));
        } catch (StartupException e) {
            terminal.problem(e.getMessage() + ". The console stays degraded until Evenkeel is restarted.");
        }
    }

    private static void requireFree(String address, int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (IOException e) {
            throw new StartupException("port " + port + " on " + address + " is taken or not allowed (" + e.getMessage()
                    + "); stop what listens there or choose another with " + option);
        }
    }

    @Override
    public void close() {
        closing = true;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closeable().close();
            } catch (Exception e) {
                LOG.warn("{} did not stop in order", part.name(), e);
            }
        }
    }
}
