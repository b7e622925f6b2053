package io.evenkeel.remediation.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.remediation.audit.CanonicalJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A platform over real HTTP that keeps its own journal of effects: tests count effects there, never in our own books. It
 * keeps idempotency keys like the real one, and can misbehave in the ways platforms do.
 */
final class FakePlatform implements AutoCloseable {
    static final String TOKEN = "s3cret-token-of-the-platform";

    /** How it behaves on orders. */
    enum Mood {
        WELL,
        /** Causes the effect and never answers. */
        APPLIES_THEN_HANGS,
        /** Answers 202 and stays running until told otherwise. */
        STAYS_RUNNING,
        /** Refuses with 409. */
        REFUSES,
        /** 503 before doing anything. */
        UNAVAILABLE,
        /** Drops the connection before doing anything. */
        LOSES_ORDERS,
        /** Accepts, then fails. */
        FAILS
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> operations = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> services = new ConcurrentHashMap<>();
    private volatile Mood mood = Mood.WELL;
    private volatile boolean blind;

    FakePlatform() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        service("payment", "1.4.3", List.of("1.4.2", "1.4.1"), List.of("payment-1-aa", "payment-2-bb"));
        service("catalog", "2.0.0", List.of(), List.of("catalog-1-aa", "catalog-2-7f3a"));
    }

    int port() {
        return server.getAddress().getPort();
    }

    void mood(Mood next) {
        mood = next;
    }

    /** While blind it answers no question about operations. */
    void blind(boolean next) {
        blind = next;
    }

    List<String> journal() {
        return List.copyOf(journal);
    }

    String version(String service) {
        return String.valueOf(services.get(service).get("version"));
    }

    void version(String service, String version) {
        services.get(service).put("version", version);
    }

    void state(String service, String instance, String state) {
        for (Object replica : (List<?>) services.get(service).get("replicas")) {
            @SuppressWarnings("unchecked")
            Map<String, Object> map = (Map<String, Object>) replica;
            if (map.get("instance").equals(instance)) {
                map.put("state", state);
            }
        }
    }

    /** Ends all running operations. */
    void finishRunning() {
        operations.replaceAll((token, state) -> state.equals("running") ? "applied" : state);
    }

    private void service(String name, String version, List<String> previous, List<String> instances) {
        List<Map<String, Object>> replicas = new ArrayList<>();
        for (String instance : instances) {
            replicas.add(new LinkedHashMap<>(Map.of("instance", instance, "state", "ready")));
        }
        services.put(
                name,
                new ConcurrentHashMap<>(Map.of(
                        "name", name,
                        "version", version,
                        "previousVersions", previous,
                        "desiredReplicas", instances.size(),
                        "replicas", replicas)));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, Map.of("error", "wrong token " + TOKEN));
        } else if (path[0].equals("operations")) {
            operation(exchange, path[1]);
        } else if (exchange.getRequestMethod().equals("GET")) {
            Map<String, Object> service = services.get(path[1]);
            answer(
                    exchange,
                    service == null ? 404 : 200,
                    service == null ? Map.of("error", "unknown service") : service);
        } else {
            order(exchange, path[1], path[2]);
        }
    }

    private void operation(HttpExchange exchange, String token) throws IOException {
        if (blind) {
            answer(exchange, 503, Map.of("error", "try later"));
            return;
        }
        String state = operations.get(token);
        answer(
                exchange,
                state == null ? 404 : 200,
                Map.of("token", token, "state", state == null ? "unknown" : state, "error", "it broke"));
    }

    private void order(HttpExchange exchange, String service, String action) throws IOException {
        String token = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        Mood now = mood;
        switch (now) {
            case REFUSES -> answer(exchange, 409, Map.of("error", "a rollout is under way"));
            case UNAVAILABLE -> answer(exchange, 503, Map.of("error", "try later"));
            case LOSES_ORDERS -> exchange.close();
            case WELL, APPLIES_THEN_HANGS, STAYS_RUNNING, FAILS -> {
                String state = now == Mood.STAYS_RUNNING ? "running" : now == Mood.FAILS ? "failed" : "applied";
                if (operations.putIfAbsent(token, state) == null) {
                    journal.add(action + " " + service + " "
                            + CanonicalJson.write(JsonMapper.shared().convertValue(body, Map.class)));
                    if (now != Mood.FAILS) {
                        change(service, action, body);
                    }
                }
                if (now == Mood.APPLIES_THEN_HANGS) {
                    hang();
                }
                answer(exchange, 202, Map.of("token", token, "state", operations.get(token), "error", "it broke"));
            }
        }
    }

    private void change(String service, String action, JsonNode body) {
        switch (action) {
            case "rollback" -> version(service, body.path("toVersion").asString());
            case "deploy" -> version(service, body.path("version").asString());
            case "scale" ->
                services.get(service)
                        .put("desiredReplicas", body.path("replicas").asInt());
            default -> state(service, body.path("instance").asString(), "stopped");
        }
    }

    private static void hang() {
        try {
            TimeUnit.SECONDS.sleep(3);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = CanonicalJson.write(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
