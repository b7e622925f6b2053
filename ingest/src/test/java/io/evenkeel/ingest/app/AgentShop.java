package io.evenkeel.ingest.app;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small JVM of its own that knows nothing of telemetry: an HTTP server, five calls to it, a warning for each. What it
 * exports is the Java agent's doing alone.
 */
final class AgentShop {
    private static final Logger LOG = LoggerFactory.getLogger(AgentShop.class);

    private AgentShop() {}

    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/orders", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        HttpClient client = HttpClient.newHttpClient();
        URI orders = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/orders");
        for (int i = 0; i < 5; i++) {
            client.send(HttpRequest.newBuilder(orders).build(), HttpResponse.BodyHandlers.discarding());
            LOG.warn("slow {}", i);
        }
        server.stop(0);
        System.exit(0); // the client's own threads would hold the process; the agent flushes in its shutdown hook
    }
}
