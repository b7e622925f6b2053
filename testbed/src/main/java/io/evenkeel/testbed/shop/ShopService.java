package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.http.Request;
import io.evenkeel.testbed.process.ParentWatch;
import io.evenkeel.testbed.shop.postgres.PostgresStock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the shop: {@code ShopService <role>} with {@link ShopEnvironment}. It knows nothing of Evenkeel and
 * nothing of faults done to it from outside; its telemetry comes from the unmodified OpenTelemetry Java agent.
 */
public final class ShopService {
    private static final Logger LOG = LoggerFactory.getLogger(ShopService.class);

    /** Requests answered at a time. A hung callee with 2 s timeouts at 8 req/s holds 16 of them. */
    private static final int CONCURRENCY = 40;
    /** After SIGTERM the agent may still send what it holds, but no longer than this. */
    private static final long EXIT_AFTER_MILLIS = 1500;

    private final AtomicInteger inFlight = new AtomicInteger();

    private ShopService() {}

    public static void main(String[] args) {
        try {
            Role role = Role.of(args.length == 1 ? args[0] : "");
            new ShopService().run(role, ShopEnvironment.of(System.getenv()));
        } catch (IllegalArgumentException | IllegalStateException | IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            System.exit(2);
        }
    }

    private void run(Role role, ShopEnvironment environment) throws IOException {
        ParentWatch.start(environment.parentPid(), () -> Runtime.getRuntime().halt(1));
        Runtime.getRuntime().addShutdownHook(new Thread(ShopService::exitSoon, "exit-soon"));
        HealthPort health = HealthPort.open(environment.healthPort(), inFlight, new Chores(environment.seed()));
        Tools tools = new Tools(
                new Behaviour(System.getenv(), environment.seed()),
                new ReferenceTable(environment.table()),
                new Downstream(new Registry(environment.registry())));
        Desk desk = desk(role, tools, environment);
        JsonServer server = JsonServer.bind(environment.port(), CONCURRENCY);
        desk.work().forEach((path, work) -> server.on(path, request -> counted(path, work, request)));
        server.on(WarmUp.PATH, request -> WarmUp.exercise(tools, desk, environment.healthPort()));
        server.start();
        WarmUp.run(environment.port());
        health.nowReady();
        LOG.info("ready role={} port={}", role.word(), environment.port());
    }

    private static Desk desk(Role role, Tools tools, ShopEnvironment environment) throws IOException {
        return switch (role) {
            case FRONT -> new Storefront(tools);
            case CATALOG -> new ProductCatalog(tools);
            case CHECKOUT -> new CheckoutDesk(tools);
            case PAYMENT -> new PaymentDesk(tools);
            case INVENTORY -> new InventoryDesk(tools, stock(environment));
        };
    }

    private static PostgresStock stock(ShopEnvironment environment) throws IOException {
        String url = environment.databaseUrl();
        String user = environment.databaseUser();
        Path passwordFile = environment.databasePasswordFile();
        if (url == null || user == null || passwordFile == null) {
            throw new IllegalArgumentException("inventory needs a PostgreSQL of its own: set INVENTORY_JDBC_URL,"
                    + " INVENTORY_USER and INVENTORY_PASSWORD_FILE");
        }
        return new PostgresStock(url, user, Files.readString(passwordFile).strip(), environment.products());
    }

    private Answer counted(String path, Desk.Work work, Request request) throws InterruptedException {
        inFlight.incrementAndGet();
        try {
            return work.answer(request);
        } catch (Downstream.CallFailedException e) {
            LOG.warn("request failed path={} reason={}", path, e.getMessage());
            return Answer.error(e.answerWith, String.valueOf(e.getMessage()));
        } catch (BadRequestException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("request failed path={}", path, e);
            return Answer.error(500, String.valueOf(e.getMessage()));
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private static void exitSoon() {
        Thread exit = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(EXIT_AFTER_MILLIS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(143);
                },
                "exit");
        exit.setDaemon(true);
        exit.start();
    }
}
