package io.evenkeel.testbed.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers the platform's {@code GET /healthz} on a port of its own: 200 when ready, 503 before, with the number of
 * requests in flight. Bare sockets, because the telemetry agent would make a span and a data point of every probe on the
 * real server and so blur the signals of the service.
 */
public final class HealthPort {
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicInteger inFlight;

    private HealthPort(AtomicInteger inFlight) {
        this.inFlight = inFlight;
    }

    /**
     * What a probe saw.
     *
     * @param answered false when nothing came back in time
     * @param ready true when the process takes requests
     * @param inFlight requests being answered, 0 when unknown
     */
    public record Health(boolean answered, boolean ready, int inFlight) {
        static final Health SILENT = new Health(false, false, 0);
    }

    /** Opens the port and answers from a daemon thread. */
    static HealthPort open(int port, AtomicInteger inFlight) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        HealthPort health = new HealthPort(inFlight);
        Thread thread = new Thread(() -> health.answer(server), "health");
        thread.setDaemon(true);
        thread.start();
        return health;
    }

    void nowReady() {
        ready.set(true);
    }

    private void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(500);
                readToBlankLine(reader(socket));
                boolean isReady = ready.get();
                String body = "{\"ready\":" + isReady + ",\"inFlight\":" + inFlight.get() + "}\n";
                String head = "HTTP/1.1 " + (isReady ? "200 OK" : "503 Service Unavailable")
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\n\r\n";
                socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException probeWentAway) {
                // A probe that hangs up early is the prober's affair; the next one is answered again.
                continue;
            }
        }
    }

    /** Asks a health port, waiting at most the time given for a connection and for the answer. */
    public static Health probe(int port, int timeoutMillis) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer = reader(socket);
            String status = answer.readLine();
            String line;
            String body = "";
            while ((line = answer.readLine()) != null) {
                body = line;
            }
            if (status == null) {
                return Health.SILENT;
            }
            String inFlight = body.replaceAll("\\D", "");
            return new Health(true, status.contains(" 200 "), inFlight.isEmpty() ? 0 : Integer.parseInt(inFlight));
        } catch (IOException e) {
            return Health.SILENT;
        }
    }

    /** Bytes left unread would make the kernel reset the connection and lose the answer. */
    private static void readToBlankLine(BufferedReader request) throws IOException {
        String line = request.readLine();
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }
}
