package io.evenkeel.testbed.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's HTTP server with JSON answers, loopback only. A handler's {@link BadRequestException} becomes its status, any
 * other exception 500 with a log line. {@code -Dsun.net.httpserver.nodelay=true} spares about 45 ms of delayed ACK.
 */
public final class JsonServer {
    private static final Logger LOG = LoggerFactory.getLogger(JsonServer.class);

    private final HttpServer server;
    private final ExecutorService threads;

    /** Answers one request. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(Request request) throws InterruptedException;
    }

    private JsonServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Binds, but serves only after {@link #start()}.
     *
     * @param port 0 takes any free one
     * @param concurrency requests answered at a time; more wait
     * @throws IOException if the port is taken
     */
    public static JsonServer bind(int port, int concurrency) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(concurrency, runnable -> {
            Thread thread = new Thread(runnable, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        return new JsonServer(server, threads);
    }

    /** Serves everything at and below the path. */
    public JsonServer on(String path, Handler handler) {
        server.createContext(path, exchange -> serve(exchange, handler));
        return this;
    }

    public JsonServer start() {
        server.start();
        return this;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void serve(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange, handler);
            byte[] body = Json.write(answer.body()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Answer answer(HttpExchange exchange, Handler handler) {
        try {
            return handler.answer(new Request(exchange));
        } catch (BadRequestException e) {
            return Answer.error(e.status(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.error(503, "stopping");
        } catch (RuntimeException e) {
            LOG.error("request failed path={}", exchange.getRequestURI().getPath(), e);
            return Answer.error(500, String.valueOf(e.getMessage()));
        }
    }
}
