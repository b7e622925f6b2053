package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an operator gets wrong, with the real command: one message that says what, where and how to mend it, no stack
 * trace, a status that is not 0, and nothing left running.
 */
class BadInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int COULD_NOT = 1;
    private static final int WRONG_WORDS = 2;

    @TempDir
    Path directory;

    /** A test's own directory is private, which root's PostgreSQL could not enter. */
    @BeforeEach
    void letPostgresWalkToItsDirectory() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run --no-such-option | Unknown option: '--no-such-option'",
                "run --otlp-grpc-port here | Invalid value for option '--otlp-grpc-port': 'here' is not an int",
                "run --roles cook | Invalid value for option '--roles' (ROLE): expected one of",
                "demolish | Unmatched argument at index 0: 'demolish'",
                "stop | Missing required option: '--reason=TEXT'"
            })
    void wrongWords_areNamed(String arguments, String said) throws Exception {
        Ended ended = run(Map.of(), arguments.split(" "));

        assertThat(ended.status()).isEqualTo(WRONG_WORDS);
        assertThat(ended.error()).startsWith(said).contains("evenkeel ").doesNotContain("\tat ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run --otlp-grpc-port 70000 | --otlp-grpc-port must be between 1 and 65535, not 70000",
                "run --port-base 65500 | --port-base must be between 1 and 65035, not 65500",
                "run --console-port 9393 | --console-port and --port-base both lead to port 9393",
                "run --otlp-http-port 8088 | --otlp-http-port and --console-port both lead to port 8088",
                "run --resolve-after 0 | --resolve-after must be at least 1, not 0",
                "run --config-dir /no/such/place | --config-dir /no/such/place is not a directory",
                "run --bind 0.0.0.0 | refuses to listen on 0.0.0.0, which others can reach, without asking who sends",
                "run --bind no.such.host.invalid | there is no address no.such.host.invalid on this machine",
                "run --otlp-token-file /no/token | /no/token cannot be used: there is no such file: /no/token",
                "run --otlp-tls-cert /no/cert | --otlp-tls-cert and --otlp-tls-key go together",
                "run --otlp-client-ca /no/ca | --otlp-client-ca needs both",
                "run --otlp-tls-cert /no/cert --otlp-tls-key /no/key | cannot be used: there is no such file: /no/",
                "run --roles ingest | without the role kafka this process needs --kafka-bootstrap",
                "run --kafka-bootstrap 127.0.0.1:1 | names another broker than the one that the role kafka starts",
                "demo --otlp-token-file /no/token | the demo's shop sends plainly and without a token",
                "token burn shop --file /tmp/none | unknown action 'burn'; say ./evenkeel token add NAME",
                "token remove shop --file /no/such/file | /no/such/file names no sender shop",
                "token add shop --file /no/such/file | cannot write /no/such/file",
                "token add sh/op --file /no/such/file | a sender's name has letters, digits",
                "demo --rate 0 | --rate must be above 0 and at most 1000 requests a second, not 0.0",
                "demo --calm -1 | --calm must be at least 0, not -1",
                "demo --rename cashier=till | --rename knows the roles front, catalog, checkout, payment and inventory",
                "demo --rename payment=Zahl_ung | 'Zahl_ung' must be lower case letters, digits and dashes",
                "demo --rename payment=front | --rename gives two roles the same name",
                "config check /no/such/place | /no/such/place is not a directory",
                "config mend . | unknown action 'mend'; say ./evenkeel config check DIR",
                "replay | name what to replay: --otlp PATH, or --dead-letters",
                "replay --otlp /no/such/place | there is no /no/such/place to read (--otlp)",
                "audit burn | unknown action 'burn'; say ./evenkeel audit verify",
                "audit verify --data-dir /no/such/place | no Evenkeel has run in /no/such/place",
                "backfill | say which past: --prometheus URL with --query, or --otlp PATH",
                "backfill --prometheus http://localhost:9090 | --prometheus needs --query",
                "backfill --prometheus http://localhost:9090 --query up --step 900 | --step must be between 1 and 300, not 900",
                "backfill --prometheus http://localhost:9090 --query up --from yesterday | --from 'yesterday' is no time in UTC",
                "backfill --prometheus http://me:word@localhost:9090 --query up | give a bearer token in a file",
                "backfill --prometheus http://localhost:9090 --query up --token-file /no/token | cannot read --token-file /no/token",
                "backfill --prometheus http://localhost:9090 --query up --kafka 127.0.0.1:9 | name its Kafka with --kafka",
                "replay --otlp . --speed fast | --speed must be max or a number above 0, not fast",
                "break payment hang --data-dir /no/such/place | /no/such/place/testbed/supervisor.token is not there"
            })
    void impossibleValue_isRefusedBeforeAnythingStarts(String arguments, String said) throws Exception {
        refuses(run(Map.of(), arguments.split(" ")), said);
    }

    /** What the JDK says of them quotes them. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "backfill --prometheus http://localhost:9 --query up --token-file token | is not a header value",
                "backfill --prometheus http://me:hunter2^@localhost:9 --query up | 'http://localhost:9' is no address",
                "replay --otlp . --to http://me:hunter2^@localhost:9 | 'http://localhost:9' is no address",
                "replay --otlp . --to http://me:hunter2@localhost:9 | leave it out of http://localhost:9"
            })
    void secretThatCannotBeUsed_isNotShown(String arguments, String said) throws Exception {
        Files.writeString(directory.resolve("token"), "hunter2\u0001hunter2\n");

        Ended ended = run(Map.of(), arguments.split(" "));

        refuses(ended, said);
        assertThat(ended.error() + ended.out()).doesNotContain("hunter2");
    }

    @Test
    void portThatIsTaken_isNamedWithItsOption() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            refuses(
                    run(Map.of(), "run", "--data-dir", data(), "--otlp-http-port", port),
                    "cannot listen on 127.0.0.1:" + port,
                    "--otlp-http-port");
        }
    }

    /** /sys lets nobody make a directory, not even root. */
    @Test
    void directoryThatCannotBeWritten_isNamed() throws Exception {
        refuses(run(Map.of(), "run", "--data-dir", "/sys/evenkeel"), "/sys/evenkeel", "--data-dir");
    }

    @Test
    void directoryInUse_isNamedWithTheOptionsForASecondOne() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        try (FileChannel file =
                        FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            assertThat(held.isValid()).isTrue();
            refuses(run(Map.of(), "demo", "--data-dir", data()), "another Evenkeel is using " + data, "--port-base");
        }
        assertThat(data.resolve("config"))
                .as("nothing of the other's is touched")
                .doesNotExist();
    }

    /** A clone under root's home: PostgreSQL runs as somebody else, who cannot walk there. */
    @Test
    void directoryBelowAPrivateOne_isRefusedForRoot() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "SKIPPED: only root is refused");
        Path home = Files.createDirectory(
                directory.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        refuses(
                run(Map.of(), "run", "--data-dir", home.resolve("data").toString()),
                "cannot enter " + home,
                "--data-dir");
    }

    @Test
    void diskWithoutRoom_isNamed() throws Exception {
        assumeTrue(SmallDisk.canBeMade(), SmallDisk.SKIPPED);
        Path disk = Files.createDirectory(directory.resolve("disk"));
        List<String> command = SmallDisk.around(
                disk,
                48,
                EvenkeelProcess.command(
                        "run", "--data-dir", disk.resolve("data").toString()));

        refuses(
                ended(EvenkeelProcess.startCommand(directory, Map.of(), command)),
                "MB free, and the first start needs 200",
                "--data-dir");
    }

    @Test
    void wrongYaml_isNamedWithFileAndLine() throws Exception {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("catalogue.yaml"), "services:\n  - {name: payment\n");

        Ended ended = run(Map.of(), "config", "check", config.toString());

        assertThat(ended.status()).isEqualTo(COULD_NOT);
        assertThat(ended.out()).containsPattern("catalogue\\.yaml:\\d+").endsWith("1 problem.\n");
        assertThat(ended.error()).isEmpty();
    }

    @Test
    void environmentThatOurOwnTelemetryCannotUse_isNamed() throws Exception {
        refuses(
                run(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector without a scheme"),
                        "run",
                        "--data-dir",
                        data(),
                        "--otlp-grpc-port",
                        Integer.toString(FreePorts.next()),
                        "--otlp-http-port",
                        Integer.toString(FreePorts.next()),
                        "--console-port",
                        Integer.toString(FreePorts.next())),
                "Evenkeel's own telemetry",
                "OTEL_");
    }

    @Test
    void script_namesAJavaThatIsTooOld() throws Exception {
        Path java = fakeJava("11");

        refuses(script(java), "Java 11 at " + java.resolve("bin/java") + " is too old", "version 17 or newer");
    }

    @Test
    void script_namesAJavaWithoutACompiler() throws Exception {
        refuses(script(fakeJava("17")), "has no compiler beside it", "install a JDK");
    }

    @Test
    void script_namesACloneItCannotWriteTo() throws Exception {
        Path java = fakeJava("17");
        executable(java.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(freshClone().resolve("target"), "a file where the build needs a directory");

        refuses(script(java), "cannot write to " + freshClone().resolve("target"));
    }

    private record Ended(int status, String out, String error) {}

    private Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return ended(EvenkeelProcess.start(directory, environment, arguments));
    }

    /** The script as in a fresh clone, where nothing is built yet. */
    private Ended script(Path javaHome) throws IOException, InterruptedException {
        Path script = freshClone().resolve("evenkeel");
        Files.copy(Path.of("..").resolve("evenkeel"), script);
        return ended(EvenkeelProcess.startCommand(
                directory, Map.of("JAVA_HOME", javaHome.toString()), List.of("bash", script.toString(), "run")));
    }

    private static Ended ended(EvenkeelProcess process) throws InterruptedException {
        try (process) {
            int status = process.awaitEnd(PATIENCE);
            return new Ended(status, process.out(), process.error());
        }
    }

    private void refuses(Ended ended, String... words) {
        assertThat(ended.status()).as(ended.error()).isEqualTo(COULD_NOT);
        assertThat(ended.error()).startsWith("evenkeel: ").contains(words).doesNotContain("error of ours");
        assertThat(ended.error().strip()).as("one message").doesNotContain("\n");
        assertThat(ended.out()).doesNotContain("ERROR", "\tat ");
        assertThat(EvenkeelProcess.of(directory)).as("left running").isEmpty();
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private Path freshClone() throws IOException {
        return Files.createDirectories(directory.resolve("clone"));
    }

    private Path fakeJava(String version) throws IOException {
        Path home = directory.resolve("java");
        executable(
                home.resolve("bin/java"), "#!/bin/sh\necho '    java.specification.version = " + version + "' >&2\n");
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
