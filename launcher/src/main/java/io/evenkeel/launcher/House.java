package io.evenkeel.launcher;

import io.evenkeel.detection.flink.PipelineReporter;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.ingest.app.OtlpReceiver;
import io.evenkeel.launcher.app.ControlApplication;
import io.evenkeel.launcher.flink.FlinkRuntime;
import io.evenkeel.launcher.flink.Jobs;
import io.evenkeel.launcher.kafka.EmbeddedBroker;
import io.evenkeel.launcher.kafka.KafkaDisk;
import io.evenkeel.launcher.kafka.PipelineLog;
import io.evenkeel.launcher.postgres.HealthReader;
import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that {@code run} starts, in one process: PostgreSQL as a child, broker, Flink jobs, OTLP receivers, control
 * plane with console; or those of them that are this process's {@link Role}s.
 */
final class House {
    private static final Logger LOG = LoggerFactory.getLogger(House.class);
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);
    private static final int FLINK_SLOTS = 4;

    /** A broker that lost its disk may never come to its end; PostgreSQL, which is stopped after it, must. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private static final Duration BETWEEN_REVIVALS = Duration.ofSeconds(5);

    private final Parts parts;
    private final Terminal terminal;
    private volatile @Nullable PostgresServer database;

    /**
     * What a house is built from.
     *
     * @param options the command's options
     * @param data where it lives
     * @param configuration directory of catalogue, policy, grants, routes and runbooks
     * @param resolveAfter how long harm must be gone before an incident is resolved
     * @param roles what of it this process is
     * @param demoSince when the demo was started, whose signals' past is simulated; null for a house of real users
     */
    record Plan(
            HouseOptions options,
            DataDirectory data,
            Path configuration,
            Duration resolveAfter,
            RoleOptions roles,
            @Nullable Instant demoSince) {
        boolean has(Role role) {
            return roles.roles.contains(role);
        }

        String kafkaBootstrap() {
            return Objects.requireNonNullElse(roles.kafkaBootstrap, "127.0.0.1:" + ports().kafka());
        }

        Ports ports() {
            return new Ports(options.portBase);
        }

        PostgresServer.Options database() {
            return data.database(ports().postgres());
        }

        String consoleAddress() {
            return "http://127.0.0.1:" + options.consolePort;
        }
    }

    /**
     * @param parts where what is started is kept; who made them closes them
     */
    House(Parts parts, Terminal terminal) {
        this.parts = parts;
        this.terminal = terminal;
    }

    void start(Plan plan) {
        requireFreePorts(plan);
        SelfTelemetry telemetry = SelfTelemetry.start();
        CompletableFuture<PostgresServer> startingPostgres = plan.has(Role.CONTROL) ? postgres(plan) : null;
        CompletableFuture<EmbeddedBroker> startingKafka = plan.has(Role.KAFKA) ? broker(plan) : null;
        List<FlinkRuntime.Job> jobs =
                Jobs.all(plan.kafkaBootstrap(), plan.options().door.mask(), System.currentTimeMillis()).stream()
                        .filter(job -> plan.has(
                                job.name().equals(Role.DETECTION.toString()) ? Role.DETECTION : Role.CORRELATION))
                        .toList();
        CompletableFuture<FlinkRuntime> startingFlink = jobs.isEmpty() ? null : flink(plan);
        PostgresServer postgres = joined(startingPostgres);
        joined(startingKafka);
        FlinkRuntime flink = joined(startingFlink);
        CompletableFuture<AutoCloseable> control = null;
        if (postgres != null) {
            this.database = postgres;
            reviveWhenItEnds(postgres);
            control = control(plan, postgres);
            telemetry.observeHealth(new HealthReader(postgres));
        }
        List<Supplier<Optional<PipelineReport>>> reports = new ArrayList<>();
        if (plan.has(Role.DETECTION)) {
            reports.add(PipelineReporter::report);
            telemetry.observePipeline(PipelineReporter::report);
        }
        if (flink != null) {
            timed("jobs", () -> {
                jobs.forEach(flink::submit);
                return flink;
            });
        }
        if (plan.has(Role.INGEST)) {
            Receivers.Disk disk = disk(plan);
            OtlpReceiver receiver = parts.start(
                    "OTLP receivers",
                    () -> timed(
                            "OTLP receivers",
                            () -> Receivers.start(plan.options(), plan.kafkaBootstrap(), disk, terminal)));
            telemetry.observeDoor(receiver::counters);
            Instant since = Instant.now();
            reports.add(() -> Optional.of(DoorReport.of(receiver.counters(), since, Instant.now())));
        }
        if (!reports.isEmpty()) {
            parts.start("pipeline log", () -> PipelineLog.start(plan.kafkaBootstrap(), reports));
        }
        joined(control);
        // closed first, so that its last report finds everything it speaks of, and perhaps to, still there
        parts.start("own telemetry", () -> telemetry);
    }

    private Receivers.Disk disk(Plan plan) {
        if (plan.has(Role.KAFKA)) {
            return new Receivers.Disk(plan.data().root().toString(), plan.data()::isFull);
        }
        KafkaDisk disk =
                parts.start("Kafka's disk", () -> KafkaDisk.watch(plan.kafkaBootstrap(), DataDirectory.FULL_FRACTION));
        return new Receivers.Disk("Kafka at " + plan.kafkaBootstrap(), disk::isFull);
    }

    private static <T> @Nullable T joined(@Nullable CompletableFuture<T> part) {
        return part == null ? null : Parts.join(part);
    }

    private static void requireFreePorts(Plan plan) {
        HouseOptions options = plan.options();
        Ports ports = plan.ports();
        if (plan.has(Role.INGEST)) {
            requireFree(options.bind, options.otlpGrpcPort, "--otlp-grpc-port or --bind");
            requireFree(options.bind, options.otlpHttpPort, "--otlp-http-port or --bind");
        }
        if (plan.has(Role.CONTROL)) {
            requireFree("127.0.0.1", options.consolePort, "--console-port");
        }
        if (plan.has(Role.KAFKA)) {
            requireFree("127.0.0.1", ports.kafka(), "--port-base");
            requireFree("127.0.0.1", ports.kafkaController(), "--port-base");
        }
        if (plan.has(Role.DETECTION) || plan.has(Role.CORRELATION)) {
            requireFree("127.0.0.1", ports.flinkRest(), "--port-base");
        }
    }

    private CompletableFuture<PostgresServer> postgres(Plan plan) {
        return parts.starting("PostgreSQL", () -> timed("PostgreSQL", () -> PostgresServer.start(plan.database())));
    }

    private CompletableFuture<EmbeddedBroker> broker(Plan plan) {
        DataDirectory data = plan.data();
        Ports ports = plan.ports();
        EmbeddedBroker.insteadOfHalting(() -> brokerGaveUp(data));
        return parts.starting(
                "Kafka broker",
                () -> timed(
                        "Kafka broker",
                        () -> EmbeddedBroker.start(data.kafka(), ports.kafka(), ports.kafkaController())));
    }

    private CompletableFuture<FlinkRuntime> flink(Plan plan) {
        return parts.starting(
                "Flink",
                () -> timed(
                        "Flink",
                        () -> FlinkRuntime.start(new FlinkRuntime.Options(
                                plan.data().flink(), plan.ports().flinkRest(), FLINK_SLOTS, CHECKPOINT_INTERVAL))));
    }

    private CompletableFuture<AutoCloseable> control(Plan plan, PostgresServer postgres) {
        HouseOptions options = plan.options();
        return parts.starting(
                "control plane",
                () -> timed(
                        "control plane and console",
                        () -> ControlApplication.start(new ControlApplication.Settings(
                                options.consolePort,
                                options.otlpGrpcPort,
                                options.otlpHttpPort,
                                plan.kafkaBootstrap(),
                                postgres.jdbcUrl(),
                                postgres.user(),
                                postgres.password(),
                                plan.data().root(),
                                plan.configuration(),
                                plan.resolveAfter(),
                                plan.demoSince()))));
    }

    /** The running database. */
    PostgresServer database() {
        return Objects.requireNonNull(database, "the house has not been started");
    }

    private <T> T timed(String name, Supplier<T> start) {
        long begin = System.nanoTime();
        T started = start.get();
        terminal.step(name, Duration.ofNanos(System.nanoTime() - begin));
        return started;
    }

    /** Without its log nothing can be accepted or passed on; what was accepted is read again after the next start. */
    private void brokerGaveUp(DataDirectory data) {
        LOG.error("the Kafka broker gave up; ending the process in order");
        terminal.problem(
                "the Kafka broker can no longer write to " + data.kafka() + " (is the disk full or broken?) and"
                        + " Evenkeel stops. Nothing accepted is lost: mend it and start again. Log: " + data.log());
        inAThreadOfItsOwn("broker-gave-up", () -> System.exit(1));
        inAThreadOfItsOwn("last-resort", () -> {
            pause(LONGEST_STOP);
            PostgresServer child = database;
            if (child != null) {
                child.close();
            }
            Runtime.getRuntime().halt(1);
        });
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reviveWhenItEnds(PostgresServer postgres) {
        postgres.onExit().thenRunAsync(() -> revive(postgres), task -> inAThreadOfItsOwn("postgres-reviver", task));
    }

    private static void inAThreadOfItsOwn(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A database that died is started again, and again while that fails (a full disk may have room later); until then the
     * door keeps taking data and nothing acts.
     */
    private void revive(PostgresServer postgres) {
        if (parts.isClosing()) {
            return;
        }
        LOG.error("PostgreSQL pid={} ended; starting it again", postgres.pid());
        terminal.problem(
                "PostgreSQL stopped unexpectedly; starting it again. Data keeps arriving in Kafka, nothing acts meanwhile.");
        boolean told = false;
        while (!parts.isClosing()) {
            try {
                postgres.restart();
                terminal.line("PostgreSQL is back.");
                reviveWhenItEnds(postgres);
                return;
            } catch (StartupException e) {
                LOG.error("PostgreSQL does not start; trying again in {}", BETWEEN_REVIVALS, e);
                if (!told && !parts.isClosing()) {
                    terminal.problem(e.getMessage() + ". Trying again every " + BETWEEN_REVIVALS.toSeconds()
                            + " s; the console does not answer until then.");
                    told = true;
                }
            }
            pause(BETWEEN_REVIVALS);
        }
    }

    private static void requireFree(String address, int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (IOException e) {
            throw new StartupException("cannot listen on " + address + ":" + port + " (" + e.getMessage()
                    + "); stop what listens there or choose another with " + option);
        }
    }
}
