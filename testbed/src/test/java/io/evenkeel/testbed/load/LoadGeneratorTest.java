package io.evenkeel.testbed.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.testbed.Bed;
import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.shop.Registry;
import io.evenkeel.testbed.shop.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LoadGeneratorTest {
    @TempDir
    private Path dir;

    /** The outside truth must agree with what the shop's door itself counted. */
    @Test
    void countsWhatUsersGot() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger bought = new AtomicInteger();
        JsonServer.Handler handler = request -> {
            if (request.method().equals("POST")) {
                bought.incrementAndGet();
            }
            if (answered.incrementAndGet() % 4 == 0) {
                refused.incrementAndGet();
                return Answer.error(502, "no");
            }
            return Answer.ok(Map.of());
        };
        JsonServer front = JsonServer.bind(0, 8)
                .on("/products", handler)
                .on("/checkout", handler)
                .start();
        Registry.write(dir.resolve("registry.json"), Map.of(Role.FRONT, List.of("127.0.0.1:" + front.port())));
        List<String> command = Bed.java(LoadGenerator.class.getName());
        command.addAll(List.of("--registry", dir.resolve("registry.json").toString()));
        command.addAll(List.of("--truth", dir.resolve("truth.jsonl").toString()));
        command.addAll(List.of("--port", "0", "--rate", "100", "--swing", "0"));
        Process load = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        try {
            Bed.await("requests arrive", Duration.ofSeconds(20), () -> answered.get() >= 300);
        } finally {
            load.destroy();
            load.waitFor(10, TimeUnit.SECONDS);
            front.stop();
        }

        int sent = 0;
        int ok = 0;
        int failed = 0;
        for (String line : Files.readAllLines(dir.resolve("truth.jsonl"))) {
            JsonNode second = Json.tree(line);
            sent += second.path("sent").asInt();
            ok += second.path("ok").asInt();
            failed += second.path("failed").asInt();
        }
        assertThat(ok + failed).isEqualTo(sent);
        assertThat(sent).isGreaterThan(100).isLessThanOrEqualTo(answered.get());
        assertThat(failed / (double) sent).isCloseTo(0.25, within(0.05));
        assertThat(bought.get() / (double) answered.get()).isCloseTo(0.25, within(0.1));
    }

    /** A caller that comes for a while ends by itself, with every request of its tally answered. */
    @Test
    void endsByItselfWhenItsTimeIsOver() throws Exception {
        JsonServer front = JsonServer.bind(0, 8)
                .on("/products", request -> Answer.ok(Map.of()))
                .on("/checkout", request -> Answer.ok(Map.of()))
                .start();
        Registry.write(dir.resolve("registry.json"), Map.of(Role.FRONT, List.of("127.0.0.1:" + front.port())));
        List<String> command = Bed.java(LoadGenerator.class.getName());
        command.addAll(List.of("--registry", dir.resolve("registry.json").toString()));
        command.addAll(List.of("--truth", dir.resolve("truth.jsonl").toString()));
        command.addAll(List.of("--port", "0", "--rate", "50", "--swing", "0", "--seconds", "2"));
        Process load = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        try {
            assertThat(load.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(load.exitValue()).isZero();
        } finally {
            load.destroyForcibly();
            front.stop();
        }

        int sent = 0;
        int ok = 0;
        for (String line : Files.readAllLines(dir.resolve("truth.jsonl"))) {
            sent += Json.tree(line).path("sent").asInt();
            ok += Json.tree(line).path("ok").asInt();
        }
        assertThat(sent).isGreaterThan(20).isLessThan(200);
        assertThat(ok).isEqualTo(sent);
    }

    @Test
    void aSecondIsWrittenWhenItsLastRequestHasEndedAndInOrder() throws Exception {
        Path file = dir.resolve("truth.jsonl");
        try (Truth truth = new Truth(file)) {
            truth.sent(10);
            truth.sent(10);
            truth.sent(11);
            truth.answered(11, true, 5);
            truth.answered(10, true, 5);
            truth.closeBefore(12);
            assertThat(Files.readAllLines(file)).as("second 10 still waits").isEmpty();
            truth.answered(10, false, 2000);
            truth.closeBefore(12);
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
        assertThat(Files.readAllLines(file).get(0)).contains("\"sent\":2,\"ok\":1,\"failed\":1,\"p95Millis\":2000.0");
    }
}
