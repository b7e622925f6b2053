package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A few requests of a fresh process to itself before users are let in, as careful services do: with the agent the first
 * request of a JVM took 0.4 to 1.2 s here, which would be felt at every deploy. They carry a trace context that is not
 * sampled, so that no span of them is exported; the server's metrics count them under the route {@value #PATH}.
 */
final class WarmUp {
    static final String PATH = "/warmup";
    private static final int REQUESTS = 3;
    private static final int TIMEOUT_MILLIS = 10_000;

    private WarmUp() {}

    /** Sends the requests over a bare socket, which the agent does not instrument. */
    static void run(int port) throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                String request = "GET " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                        + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                InputStream answer = socket.getInputStream();
                answer.readAllBytes();
            }
        }
    }

    /** What the request does: the same code a user's request runs through, without calling another service. */
    static Answer exercise(Tools tools, Desk desk, int ownHealthPort) throws InterruptedException {
        Order order = Json.read(Json.write(new Order("", 1, 1)), Order.class);
        int value = tools.table().valueOf(order.product());
        tools.behaviour().work(1);
        tools.downstream().warmUp(ownHealthPort);
        desk.warmUp();
        return Answer.ok(Map.of("value", value, "nested", Json.node(Map.of("order", order))));
    }
}
