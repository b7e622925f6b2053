package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.launcher.kafka.PriorsTopic;
import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.testbed.DemoConfiguration;
import io.evenkeel.testbed.SupervisorClient;
import io.evenkeel.testbed.TestBedOptions;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Evenkeel and a real shop to break, with a story that is told on the terminal and lived in the console. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Start Evenkeel with a small shop of real processes, and let something go wrong.")
final class DemoCommand implements Callable<Integer> {
    private static final Duration RESOLVE_AFTER = Duration.ofSeconds(30);

    @ParentCommand
    private Evenkeel evenkeel;

    @Mixin
    private HouseOptions options;

    @Mixin
    private DemoOptions demo;

    @Override
    public Integer call() throws InterruptedException {
        if (!options.door.guard().equals(Guard.NONE)) {
            throw new StartupException("the demo's shop sends plainly and without a token: leave --otlp-token-file and"
                    + " --otlp-tls-cert to ./evenkeel run");
        }
        options.check();
        demo.check();
        Terminal terminal = evenkeel.terminal();
        DataDirectory data = DataDirectory.of(options.dataDir, demoData());
        FileLock lock = data.open();
        Parts parts = new Parts();
        CountDownLatch stopped = Shutdown.closes(terminal, parts);
        try {
            parts.start("data directory lock", () -> lock);
            tell(data, parts, terminal);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        stopped.await();
        return 0;
    }

    private void tell(DataDirectory data, Parts parts, Terminal terminal) throws InterruptedException {
        TestBedOptions bed = bed(data);
        Duration resolveAfter =
                options.resolveAfterSeconds == null ? RESOLVE_AFTER : Duration.ofSeconds(options.resolveAfterSeconds);
        Instant started = Instant.now();
        House.Plan plan =
                new House.Plan(options, data, configuration(data, bed), resolveAfter, new RoleOptions(), started);
        terminal.line("Starting Evenkeel in " + data.root());
        House house = new House(parts, terminal);
        house.start(plan);
        Greeting.tell(terminal, plan);
        new Shop(parts, terminal)
                .start(
                        bed,
                        new PostgresServer.Options(
                                data.testbed().resolve("postgres"),
                                plan.ports().shopPostgres(),
                                bed.database().passwordFile(),
                                "inventory",
                                data.postgresBinaries()));
        parts.start("the shop's nightly batch", () -> NightlyBatch.start(bed));
        parts.start(
                "the shop's simulated past",
                () -> HistoryLesson.begin(bed.past(), started, new PriorsTopic(plan.kafkaBootstrap()), terminal));
        terminal.line("");
        SupervisorClient supervisor = new SupervisorClient(bed.supervisorPort(), bed.tokenFile());
        Story story = new Story(
                terminal,
                supervisor,
                bed,
                house.database(),
                plan.consoleAddress(),
                options.dataDir == null ? "" : " --data-dir " + data.root());
        if (demo.noStory) {
            story.tellOnly();
        } else {
            story.run(demo.seed, Duration.ofSeconds(demo.calmSeconds));
        }
    }

    static Path demoData() {
        return DataDirectory.defaultRoot().resolve("demo");
    }

    static Path home() {
        String home = System.getProperty("evenkeel.home");
        if (home == null) {
            throw new StartupException("the demo is started by ./evenkeel, which knows where the test bed was built");
        }
        return Path.of(home);
    }

    private TestBedOptions bed(DataDirectory data) {
        TestBedOptions defaults = TestBedOptions.of(
                home().resolve("testbed/target/testbed"),
                data.testbed(),
                options.portBase,
                "http://127.0.0.1:" + options.otlpGrpcPort,
                new TestBedOptions.Database(
                        "jdbc:postgresql://127.0.0.1:" + new Ports(options.portBase).shopPostgres() + "/inventory",
                        "evenkeel",
                        data.root().resolve("secrets/shop-postgres-password")));
        return defaults.renamed(demo.renamed())
                .seeded(demo.seed == null ? 1 : demo.seed)
                .loaded(demo.requestsPerSecond);
    }

    /** The demo's own configuration, fitted to this bed's names and ports; or the directory that was asked for. */
    private Path configuration(DataDirectory data, TestBedOptions bed) {
        if (options.configDir != null) {
            return options.configDir.toAbsolutePath();
        }
        try {
            DemoConfiguration.write(home().resolve("testbed/config"), data.config(), bed);
            return data.config();
        } catch (IOException e) {
            throw new StartupException(
                    "cannot write the demo's configuration to " + data.config() + " (" + e
                            + "); choose another place with --data-dir",
                    e);
        }
    }
}
