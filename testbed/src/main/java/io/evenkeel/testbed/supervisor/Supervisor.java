package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.fault.ReferenceData;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.process.OrphanGuard;
import io.evenkeel.testbed.process.ParentWatch;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform as a process of its own: main of the supervisor. It lives with its parent, and the shop lives with it:
 * whichever way either ends, no process of the shop stays.
 */
public final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private static final Duration SHUTDOWN = Duration.ofSeconds(3);
    private static final int CONCURRENCY = 8;
    private static final int KEPT_LOGS = 60;

    /** Held for the life of the process; a channel nobody refers to would be closed by the garbage collector. */
    private static @Nullable FileLock lock;

    private final Platform platform;
    private final FaultDesk faults;
    private final JsonServer server;

    private Supervisor(Platform platform, FaultDesk faults, JsonServer server) {
        this.platform = platform;
        this.faults = faults;
        this.server = server;
    }

    public static void main(String[] args) {
        try {
            SupervisorOptions options = SupervisorOptions.parse(args);
            Supervisor supervisor = open(options);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> supervisor.end(SHUTDOWN), "shutdown"));
            ParentWatch.start(options.parentPid(), () -> {
                supervisor.end(Duration.ZERO);
                Runtime.getRuntime().halt(1);
            });
            supervisor.run();
        } catch (FileSystemException e) {
            // Its message is the file's name alone.
            LOG.error("cannot start: {} ({})", e.getMessage(), e.getClass().getSimpleName());
            System.exit(2);
        } catch (IllegalArgumentException | IllegalStateException | IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            System.exit(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Supervisor open(SupervisorOptions options) throws IOException {
        InstantSource clock = InstantSource.system();
        Path dataDir = Files.createDirectories(options.dataDir());
        lock(dataDir);
        Token token = Token.open(options.tokenFile());
        // The port is taken first: a second supervisor must fail before it touches anything.
        JsonServer server = JsonServer.bind(options.port(), CONCURRENCY);
        OrphanGuard guard = OrphanGuard.start(dataDir.resolve("processes"));
        for (Role role : options.replicas().keySet()) {
            Path table = ReplicaStarter.table(options, role);
            if (!Files.exists(table)) {
                ReferenceData.writeSound(table, ReplicaStarter.PRODUCTS);
            }
        }
        Files.deleteIfExists(ReplicaStarter.registry(options));
        removeOldLogs(Files.createDirectories(dataDir.resolve("logs")));
        Releases releases = Releases.open(dataDir.resolve("releases.json"));
        Journal journal = Journal.open(dataDir.resolve("journal.jsonl"), clock);
        Platform.install(options, journal, releases);
        Ports ports = new Ports(options.shopPortBase());
        Routes routes = new Routes(ReplicaStarter.registry(options), ports);
        Operations operations = new Operations(journal, Ledger.of(journal.entries()));
        ReplicaStarter starter = new ReplicaStarter(options, ports, guard, clock);
        Platform platform = new Platform(options, journal, operations, releases, starter, routes);
        Orders orders = new Orders(platform, operations, releases);
        FaultDesk faults = new FaultDesk(options, journal, platform, orders, operations, releases, routes, clock);
        new SupervisorApi(platform, orders, operations, releases, faults, journal, token).serve(server);
        return new Supervisor(platform, faults, server);
    }

    private void run() throws InterruptedException {
        server.start();
        LOG.info("supervisor serves port={}", server.port());
        long began = System.nanoTime();
        platform.startShop();
        Map<String, Object> health = platform.health();
        LOG.info("shop {} seconds={}", health, (System.nanoTime() - began) / 1_000_000_000.0);
    }

    private void end(Duration termTimeout) {
        try {
            server.stop();
            faults.letGo();
            platform.end(termTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each replica writes a file of its own; those of the last starts are kept. */
    private static void removeOldLogs(Path logs) throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> files = Files.list(logs)) {
            newestFirst = files.sorted(
                            Comparator.comparing((Path log) -> log.toFile().lastModified())
                                    .reversed())
                    .toList();
        }
        for (Path old : newestFirst.subList(Math.min(KEPT_LOGS, newestFirst.size()), newestFirst.size())) {
            Files.deleteIfExists(old);
        }
    }

    /** One supervisor per data directory; the lock goes with the process. */
    private static void lock(Path dataDir) throws IOException {
        FileChannel channel =
                FileChannel.open(dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("another supervisor runs on " + dataDir);
        }
    }
}
