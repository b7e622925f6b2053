package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole house as a process, as a service manager and a bad day treat it. */
@Timeout(600)
class RunIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private Path data;

    @BeforeEach
    void letPostgresWalkToItsDirectory() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        data = directory.resolve("data");
    }

    /** With a configuration that cannot be taken, and with the strictest umask, under which what PostgreSQL's uid must reach is easily closed to it. */
    @Test
    void takesDataSurvivesItsDatabaseAndLeavesNothingBehind() throws Exception {
        int http = FreePorts.next();
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("catalogue.yaml"), "services:\n  - {name: payment\n");
        try (EvenkeelProcess house = start(http, "--config-dir", config.toString())) {
            house.awaitWords("Ready after", PATIENCE);
            assertThat(export(http)).isEqualTo(200);

            postgres().destroyForcibly();
            house.awaitWords("PostgreSQL is back.", PATIENCE);
            assertThat(house.error()).contains("PostgreSQL stopped unexpectedly; starting it again.");
            assertThat(export(http)).isEqualTo(200);

            assertThat(house.error())
                    .as("the terminal is for people, libraries write to the log")
                    .containsPattern("catalogue\\.yaml:\\d+")
                    .doesNotContain("org.apache", "INFO", "\tat ");
            assertThat(data.resolve("log/evenkeel.log")).content().contains("OTLP receiver: listening");
            house.terminate();
            house.awaitEnd(PATIENCE);
            assertThat(house.out()).endsWith("Stopped. Nothing accepted is lost; start again to go on.\n");
            assertThat(EvenkeelProcess.of(data)).isEmpty();
            assertThat(Files.getPosixFilePermissions(data.resolve("kafka")))
                    .as("telemetry is for nobody else's eyes")
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** The broker is restarted without the receivers, which tell their senders to come back meanwhile. */
    @Test
    void itsPartsRunAsProcessesOfTheirOwn() throws Exception {
        int base = FreePorts.base();
        int http = FreePorts.next();
        String[] broker = {
            "run", "--roles", "kafka", "--port-base", Integer.toString(base), "--data-dir", data + "/broker"
        };
        EvenkeelProcess first = EvenkeelProcess.start(directory, Map.of(), broker);
        try (first;
                EvenkeelProcess door = EvenkeelProcess.start(
                        directory,
                        Map.of(),
                        "run",
                        "--roles",
                        "ingest",
                        "--kafka-bootstrap",
                        "127.0.0.1:" + (base + 2),
                        "--data-dir",
                        data + "/door",
                        "--otlp-grpc-port",
                        Integer.toString(FreePorts.next()),
                        "--otlp-http-port",
                        Integer.toString(http))) {
            first.awaitWords("Ready after", PATIENCE);
            door.awaitWords("Ready after", PATIENCE);
            assertThat(export(http)).isEqualTo(200);
            assertThat(door.out()).doesNotContain("Console");

            first.terminate();
            first.awaitEnd(PATIENCE);
            assertThat(export(http)).isEqualTo(503);
            try (EvenkeelProcess second = EvenkeelProcess.start(directory, Map.of(), broker)) {
                second.awaitWords("Ready after", PATIENCE);
                assertThat(export(http)).isEqualTo(200);
            }
        }
    }

    /** Ctrl-C by somebody who forgot an option: PostgreSQL is a session of its own and would stay. */
    @Test
    void stoppedWhileItStarts_leavesNothingBehind() throws Exception {
        try (EvenkeelProcess house = start(FreePorts.next())) {
            house.awaitWords("Starting Evenkeel in", PATIENCE);
            while (EvenkeelProcess.of(data).size() < 2) {
                Thread.onSpinWait();
            }
            house.terminate();
            house.awaitEnd(PATIENCE);
            assertThat(EvenkeelProcess.of(data)).isEmpty();
        }
    }

    /** Somebody else fills what the door left free: Kafka would halt the process, and PostgreSQL would stay. */
    @Test
    void diskThatFillsUp_endsItInOrder() throws Exception {
        assumeTrue(SmallDisk.canBeMade(), SmallDisk.SKIPPED);
        Path disk = Files.createDirectory(directory.resolve("disk"));
        data = disk.resolve("data");
        int http = FreePorts.next();
        try (EvenkeelProcess house =
                EvenkeelProcess.startCommand(directory, Map.of(), SmallDisk.around(disk, 1000, command(http)))) {
            house.awaitWords("Ready after", PATIENCE);
            assertThat(export(http)).isEqualTo(200);

            SmallDisk.fill(house.pid(), disk);

            assertThat(house.awaitEnd(PATIENCE)).isEqualTo(1);
            assertThat(house.error())
                    .contains("the Kafka broker can no longer write to " + data.resolve("kafka"))
                    .contains("Nothing accepted is lost: mend it and start again.")
                    .doesNotContain("\tat ");
            assertThat(EvenkeelProcess.of(data)).isEmpty();
        }
    }

    private EvenkeelProcess start(int http, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 077; exec \"$@\"", "run"));
        command.addAll(command(http, more));
        return EvenkeelProcess.startCommand(directory, Map.of(), command);
    }

    private List<String> command(int http, String... more) {
        List<String> command = new ArrayList<>(EvenkeelProcess.command(
                "run",
                "--data-dir",
                data.toString(),
                "--port-base",
                Integer.toString(FreePorts.base()),
                "--console-port",
                Integer.toString(FreePorts.next()),
                "--otlp-grpc-port",
                Integer.toString(FreePorts.next()),
                "--otlp-http-port",
                Integer.toString(http)));
        command.addAll(List.of(more));
        return command;
    }

    private ProcessHandle postgres() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).get(0));
        ProcessHandle postgres = ProcessHandle.of(pid).orElseThrow();
        assertThat(Arrays.toString(postgres.info().arguments().orElseThrow())).contains(data.toString());
        return postgres;
    }

    private static int export(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/metrics"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"queue.depth","gauge":{"dataPoints":[
                        {"timeUnixNano":"1700000000000000000","asInt":"7"}]}}]}]}]}"""))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
