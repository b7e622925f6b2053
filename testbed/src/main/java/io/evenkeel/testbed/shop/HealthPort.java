package io.evenkeel.testbed.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers the platform on a port of its own: {@code GET /healthz} with 200 when ready, 503 before, and the number of
 * requests in flight; {@code POST /chores/<chore>/<seconds>} with 202 when the chore begins, 409 when it is under way
 * already. Bare sockets, because the telemetry agent would make a span and a data point of every probe on the
 * real server and so blur the signals of the service.
 */
public final class HealthPort {
    private static final Pattern CHORE = Pattern.compile("POST /chores/(batch|warnings)/(\\d{1,4}) HTTP/1\\.1");

    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicInteger inFlight;
    private final Chores chores;

    private HealthPort(AtomicInteger inFlight, Chores chores) {
        this.inFlight = inFlight;
        this.chores = chores;
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
    static HealthPort open(int port, AtomicInteger inFlight, Chores chores) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        HealthPort health = new HealthPort(inFlight, chores);
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
                Matcher order = CHORE.matcher(readToBlankLine(reader(socket)));
                String status = order.matches() ? begin(order) : health();
                String body = "{\"ready\":" + ready.get() + ",\"inFlight\":" + inFlight.get() + "}\n";
                String head = "HTTP/1.1 " + status
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\n\r\n";
                socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException probeWentAway) {
                // A probe that hangs up early is the prober's affair; the next one is answered again.
                continue;
            }
        }
    }

    private String health() {
        return ready.get() ? "200 OK" : "503 Service Unavailable";
    }

    private String begin(Matcher order) {
        Chore chore = Chore.of(order.group(1));
        return chores.begin(chore, Duration.ofSeconds(Long.parseLong(order.group(2))))
                ? "202 Accepted"
                : "409 Conflict";
    }

    /**
     * Asks a replica to begin a chore.
     *
     * @return false when it is at it already, or does not answer within the time given
     */
    public static boolean begin(int port, Chore chore, Duration lasts, int timeoutMillis) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            String order = "POST /chores/" + chore.word() + "/" + lasts.toSeconds() + " HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(order.getBytes(StandardCharsets.US_ASCII));
            String status = reader(socket).readLine();
            return status != null && status.contains(" 202 ");
        } catch (IOException e) {
            return false;
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

    /** The request's first line. Bytes left unread would make the kernel reset the connection and lose the answer. */
    private static String readToBlankLine(BufferedReader request) throws IOException {
        String first = request.readLine();
        String line = first;
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
        return first == null ? "" : first;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }
}
