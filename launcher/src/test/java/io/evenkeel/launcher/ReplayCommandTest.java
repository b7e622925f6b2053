package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command, and a door that hangs up. */
class ReplayCommandTest {
    @TempDir
    Path directory;

    @Test
    void runThatEndsEarlySaysWhereToGoOn() throws Exception {
        Path files = Files.createDirectory(directory.resolve("recorded"));
        Files.writeString(files.resolve("1.json"), "{\"resourceLogs\":[1]}\n{\"resourceLogs\":[2]}\n");
        Files.writeString(files.resolve("2.json"), "{\"resourceLogs\":[3]}\n{\"resourceLogs\":[4]}\n");
        List<String> taken = new CopyOnWriteArrayList<>();
        AtomicBoolean hangsUp = new AtomicBoolean(true);
        HttpServer door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!body.contains("4") || !hangsUp.get()) {
                taken.add(body);
                exchange.sendResponseHeaders(200, -1);
            }
            exchange.close();
        });
        door.start();
        try {
            String address = "http://127.0.0.1:" + door.getAddress().getPort();

            String error = error("replay", "--otlp", files.toString(), "--to", address);
            assertThat(error).contains("Until then 3 requests were taken and 0 refused; go on with --skip 3");

            hangsUp.set(false);
            try (EvenkeelProcess process = EvenkeelProcess.start(
                    directory, Map.of(), "replay", "--otlp", files.toString(), "--to", address, "--skip", "3")) {
                assertThat(process.awaitEnd(Duration.ofSeconds(60))).isZero();
                assertThat(process.out()).contains("1 requests taken");
            }
            assertThat(taken).hasSize(4).last().asString().contains("4");
            assertThat(error("replay", "--otlp", files.toString(), "--to", address, "--skip", "5"))
                    .contains("holds 4 requests", "nothing was sent");
        } finally {
            door.stop(0);
        }
    }

    @Test
    void lineThatCannotBeRead_isNamedAndPassedBy() throws Exception {
        Path file = directory.resolve("recorded.json");
        Files.writeString(file, "{\"resourceLogs\":[1]}\nnonsense\n{\"resourceLogs\":[2]}\n");
        List<String> taken = new CopyOnWriteArrayList<>();
        HttpServer door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.createContext("/", exchange -> {
            taken.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        door.start();
        try (EvenkeelProcess process = EvenkeelProcess.start(
                directory,
                Map.of(),
                "replay",
                "--otlp",
                file.toString(),
                "--endpoint",
                "http://127.0.0.1:" + door.getAddress().getPort())) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isEqualTo(3);
            assertThat(process.out()).contains("recorded.json: request 2 is neither", "2 requests taken, 1 refused");
        } finally {
            door.stop(0);
        }
        assertThat(taken).hasSize(2);
    }

    private String error(String... arguments) throws Exception {
        try (EvenkeelProcess process = EvenkeelProcess.start(directory, Map.of(), arguments)) {
            assertThat(process.awaitEnd(Duration.ofSeconds(60))).isEqualTo(1);
            return process.error();
        }
    }
}
