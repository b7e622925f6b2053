package io.evenkeel.testbed;

import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.process.ProcessIdentity;
import io.evenkeel.testbed.supervisor.Supervisor;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;

/** A supervisor with a small shop as real processes, without the agent. Closing it leaves nothing behind. */
public final class Bed implements AutoCloseable {
    private final Path dataDir;
    private final int port;
    private final List<String> flags;
    private final SupervisorClient client;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ProcessIdentity> seen = new ArrayList<>();
    private Process supervisor;

    private Bed(Path dataDir, int port, List<String> flags) throws IOException {
        this.dataDir = dataDir;
        this.port = port;
        this.flags = flags;
        this.client = new SupervisorClient(port, dataDir.resolve("supervisor.token"));
        this.supervisor = start();
    }

    /** Starts one and waits until its shop is ready. */
    public static Bed start(Path dataDir, String... flags) throws Exception {
        Bed bed = new Bed(dataDir, freePort(), List.of(flags));
        bed.awaitReady();
        return bed;
    }

    public SupervisorClient client() {
        return client;
    }

    public int port() {
        return port;
    }

    public Process supervisor() {
        return supervisor;
    }

    /** Starts the supervisor again on the same data directory. */
    public void startAgain() throws Exception {
        supervisor = start();
        awaitReady();
    }

    /** {@code kill -9} of the supervisor. */
    public void killSupervisor() throws Exception {
        remember();
        supervisor.destroyForcibly().waitFor();
    }

    /** Every process of the shop that was ever seen by {@link #remember()}. */
    public List<ProcessIdentity> processes() {
        return List.copyOf(seen);
    }

    public void remember() throws Exception {
        client.services()
                .forEach(service -> service.path("replicas")
                        .forEach(replica ->
                                ProcessIdentity.of(replica.path("pid").asLong()).ifPresent(seen::add)));
    }

    public JsonNode replica(String service, int index) throws Exception {
        return client.service(service).path("replicas").path(index);
    }

    public List<JsonNode> journalOf(String token, String phase) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(dataDir.resolve("journal.jsonl"))) {
            JsonNode json = Json.tree(line);
            if (json.path("token").asString().equals(token)
                    && json.path("phase").asString().equals(phase)) {
                lines.add(json);
            }
        }
        return lines;
    }

    /** Status of one request to the first replica listed for the role, by the path that role serves. */
    public int ask(String role, String method, String path, String body) throws Exception {
        String host = Json.tree(Files.readString(dataDir.resolve("registry.json")))
                .path(role)
                .path(0)
                .asString();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + path))
                .timeout(Duration.ofSeconds(5))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** One request to the supervisor as anybody may send it. */
    public HttpResponse<String> raw(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public String bearer() throws IOException {
        return "Bearer " + Files.readString(dataDir.resolve("supervisor.token")).strip();
    }

    /** Looks every 50 ms until it holds; fails when it does not within the time. */
    public static void await(String what, Duration within, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + within.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A java process of this test's class path. */
    public static List<String> java(String main) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsun.net.httpserver.nodelay=true",
                "-Dlogback.configurationFile=shop-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    }

    private Process start() throws IOException {
        List<String> command = java(Supervisor.class.getName());
        command.addAll(List.of("--port", Integer.toString(port), "--data-dir", dataDir.toString()));
        // Far from the ephemeral ports, so that nobody takes one between the look and the bind.
        command.addAll(List.of("--shop-port-base", Integer.toString(11_000 + port % 90 * 100)));
        command.addAll(flags);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        dataDir.resolve("supervisor.log").toFile()))
                .start();
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String state = "";
        while (!state.equals("ready")) {
            if (!supervisor.isAlive() || System.nanoTime() > deadline || state.equals("failed")) {
                throw new AssertionError("the shop does not start: " + state + "\n"
                        + Files.readString(dataDir.resolve("supervisor.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
            state = client.healthOrNothing().path("state").asString("");
        }
        remember();
    }

    @Override
    public void close() throws Exception {
        supervisor.destroy();
        if (!supervisor.waitFor(10, TimeUnit.SECONDS)) {
            supervisor.destroyForcibly().waitFor();
        }
        await(
                "nothing of the shop stays",
                Duration.ofSeconds(5),
                () -> seen.stream().noneMatch(ProcessIdentity::isAlive));
    }
}
