package io.evenkeel.testbed.load;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.process.Flags;
import io.evenkeel.testbed.process.ParentWatch;
import io.evenkeel.testbed.shop.Registry;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shop's users: three in four look at a product, one buys, over the front replicas in turn. Open loop: users do not
 * wait for one another, so a slow shop gets no fewer requests. A process of its own, without telemetry.
 */
public final class LoadGenerator {
    private static final Logger LOG = LoggerFactory.getLogger(LoadGenerator.class);

    private static final Set<String> FLAGS =
            Set.of("registry", "port", "truth", "rate", "swing", "zone", "seed", "products", "parent-pid", "seconds");
    /** A user gives up after this; above front's own timeouts, so that the shop's answer is seen. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Registry registry;
    private final LoadModel model;
    private final Truth truth;
    private final SplittableRandom random;
    private final int products;
    private final long seconds;
    private final InstantSource clock;
    private final HttpClient client;

    private LoadGenerator(Flags flags, InstantSource clock) throws IOException {
        this.registry = new Registry(Path.of(flags.require("registry")));
        this.model = LoadModel.drawn(
                flags.number("seed", 1),
                flags.decimal("rate", 20),
                flags.decimal("swing", LoadModel.SHOP_SWING),
                ZoneId.of(flags.get("zone", ZoneId.systemDefault().getId())));
        this.truth = new Truth(Path.of(flags.require("truth")));
        this.random = new SplittableRandom(flags.number("seed", 1));
        this.products = (int) flags.number("products", 400);
        this.seconds = flags.number("seconds", 0);
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    public static void main(String[] args) {
        try {
            Flags flags = Flags.parse(args, FLAGS);
            LoadGenerator load = new LoadGenerator(flags, InstantSource.system());
            JsonServer server = JsonServer.bind((int) flags.number("port", 9479), 2)
                    .on("/stats", request -> Answer.ok(load.truth.stats()));
            Runtime.getRuntime().addShutdownHook(new Thread(load::close, "close"));
            ParentWatch.start(
                    flags.number("parent-pid", 0), () -> Runtime.getRuntime().exit(1));
            server.start();
            LOG.info("load starts port={} rate={}", server.port(), load.model.requestsPerSecond());
            load.run();
            // Nobody hangs up on an answer: the shop would see broken connections.
            TimeUnit.MILLISECONDS.sleep(PATIENCE.toMillis());
            System.exit(0);
        } catch (IllegalArgumentException | IllegalStateException | IOException | java.time.DateTimeException e) {
            LOG.error("cannot start: {}", e.getMessage());
            System.exit(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws InterruptedException {
        ScheduledExecutorService closer = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "truth");
            thread.setDaemon(true);
            return thread;
        });
        closer.scheduleAtFixedRate(
                () -> truth.closeBefore(clock.instant().getEpochSecond() - 1), 1, 1, TimeUnit.SECONDS);
        long nextNanos = System.nanoTime();
        long endNanos = seconds == 0 ? Long.MAX_VALUE : nextNanos + TimeUnit.SECONDS.toNanos(seconds);
        while (nextNanos < endNanos) {
            long wait = nextNanos - System.nanoTime();
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
            if (!registry.all(Role.FRONT).isEmpty()) {
                send();
            }
            nextNanos += (long) (model.gapSeconds(clock.instant(), random) * 1e9);
            // After a long pause of this process itself the requests missed are not sent in one burst.
            nextNanos = Math.max(nextNanos, System.nanoTime() - 1_000_000_000L);
        }
    }

    private void send() {
        String host = registry.next(Role.FRONT);
        int product = 1 + random.nextInt(products);
        HttpRequest.Builder request = random.nextDouble() < LoadModel.SHARE_OF_BUYERS
                ? HttpRequest.newBuilder(URI.create("http://" + host + "/checkout"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"product\":" + product + ",\"quantity\":1}"))
                : HttpRequest.newBuilder(URI.create("http://" + host + "/products?id=" + product));
        Instant now = clock.instant();
        long second = now.getEpochSecond();
        long began = System.nanoTime();
        truth.sent(second);
        client.sendAsync(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding())
                .whenComplete((response, error) -> {
                    boolean good = error == null && response.statusCode() / 100 == 2;
                    truth.answered(second, good, (System.nanoTime() - began) / 1e6);
                });
    }

    private void close() {
        try {
            truth.close();
        } catch (IOException e) {
            LOG.warn("the last seconds of what users saw are lost reason={}", e.getMessage());
        }
    }
}
