package io.evenkeel.testbed.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testbed.Bed;
import io.evenkeel.testbed.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The platform with real processes, without the telemetry agent. */
class SupervisorTest {
    private static final String ORDER = "{\"product\":1,\"quantity\":1}";

    @TempDir
    private Path dataDir;

    @Test
    void aBadReleaseFailsCallsAndARollbackUnderOneKeyIsOneEffect() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1")) {
            JsonNode fault = bed.client().inject("payment", "bad-deploy", 3);
            assertThat(bed.client()
                            .awaitOperation(fault.path("id").asString(), Duration.ofSeconds(30))
                            .path("state")
                            .asString())
                    .isEqualTo("applied");
            assertThat(failuresOf(bed, 40)).as("90 %% of the calls fail").isGreaterThan(20);

            String key = UUID.randomUUID().toString();
            bed.client().rollback("payment", "4.11.3", key);
            bed.client().rollback("payment", "4.11.3", key);
            JsonNode operation = bed.client().awaitOperation(key, Duration.ofSeconds(30));
            bed.client().rollback("payment", "4.11.3", key);

            assertThat(operation.path("state").asString()).isEqualTo("applied");
            assertThat(operation.path("before").path("version").asString()).isEqualTo("4.12.0");
            assertThat(operation.path("after").path("version").asString()).isEqualTo("4.11.3");
            assertThat(bed.journalOf(key, "intent")).hasSize(1);
            assertThat(bed.journalOf(key, "applied")).hasSize(1);
            assertThat(bed.journalOf(key, "effect"))
                    .extracting(line -> line.path("action").asString())
                    .containsExactly("start", "stop");
            assertThat(failuresOf(bed, 40))
                    .as("the fault went with the release")
                    .isZero();
            assertThat(bed.client().faults().path(0).path("active").asBoolean()).isFalse();
        }
    }

    /** What a crash between intent and effect leaves is finished at the next start, not begun again. */
    @Test
    void killedBetweenIntentAndEffect_theNextStartFinishesTheRollbackOnce() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1")) {
            bed.client().newRelease("payment");
            bed.client().deploy("payment", "4.11.4", "deploy-1");
            bed.client().awaitOperation("deploy-1", Duration.ofSeconds(30));

            // The new replica takes a second or so to become ready: the kill comes before the effect is complete.
            bed.client().rollback("payment", "4.11.3", "rollback-1");
            assertThat(bed.client().operation("rollback-1").path("state").asString())
                    .isEqualTo("running");
            bed.killSupervisor();
            Bed.await(
                    "nothing of the shop stays",
                    Duration.ofSeconds(5),
                    () -> bed.processes().stream().noneMatch(ProcessIdentity::isAlive));
            bed.startAgain();

            JsonNode operation = bed.client().awaitOperation("rollback-1", Duration.ofSeconds(30));
            assertThat(operation.path("state").asString()).isEqualTo("applied");
            assertThat(bed.client().service("payment").path("version").asString())
                    .isEqualTo("4.11.3");
            assertThat(bed.replica("payment", 0).path("version").asString()).isEqualTo("4.11.3");
            bed.client().rollback("payment", "4.11.3", "rollback-1");
            assertThat(bed.journalOf("rollback-1", "intent")).hasSize(1);
            assertThat(bed.journalOf("rollback-1", "applied")).hasSize(1);
        }
    }

    /** A frozen process takes no TERM: it is drained in vain, asked to end in vain, and then killed. */
    @Test
    void aFrozenReplicaIsKilledAndReplacedWhileTheOtherServes() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "catalog=2")) {
            JsonNode fault = bed.client().inject("catalog", "hang", 2);
            String instance = fault.path("target").asString();
            ProcessIdentity frozen = ProcessIdentity.of(
                            bed.replica("catalog", 1).path("pid").asLong())
                    .orElseThrow();
            assertThat(frozen.isStopped()).isTrue();
            Bed.await(
                    "the platform sees it hung",
                    Duration.ofSeconds(10),
                    () -> stateOf(bed, 1).equals("hung"));

            String body = "{\"instance\":\"" + instance + "\",\"drain\":true,\"termTimeoutMillis\":700}";
            bed.raw("POST", "/services/catalog/restart", body, "Authorization", bed.bearer(), "Idempotency-Key", "r-1");
            assertThat(bed.ask("catalog", "GET", "/products?id=1", "")).isEqualTo(200);
            JsonNode operation = bed.client().awaitOperation("r-1", Duration.ofSeconds(30));

            assertThat(operation.path("state").asString()).isEqualTo("applied");
            assertThat(frozen.isAlive()).isFalse();
            assertThat(bed.journalOf("r-1", "effect"))
                    .extracting(line -> line.path("action").asString())
                    .containsExactly("stop", "kill", "start");
            assertThat(bed.replica("catalog", 1).path("instance").asString())
                    .startsWith("catalog-2-")
                    .isNotEqualTo(instance);
            assertThat(stateOf(bed, 1)).isEqualTo("ready");
        }
    }

    @Test
    void aCrashedReplicaStaysDownUntilSomebodyStartsItAgain() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1", "--names", "payment=zahlung")) {
            bed.client().inject("zahlung", "crash", 2);
            Bed.await(
                    "the platform sees it down",
                    Duration.ofSeconds(5),
                    () -> state(bed, "zahlung", 0).equals("stopped"));
            assertThatThrownBy(() -> bed.ask("payment", "POST", "/pay", ORDER)).isInstanceOf(IOException.class);

            bed.raw("POST", "/services/zahlung/restart", "{}", "Authorization", bed.bearer(), "Idempotency-Key", "r-1");
            assertThat(bed.client()
                            .awaitOperation("r-1", Duration.ofSeconds(30))
                            .path("state")
                            .asString())
                    .isEqualTo("applied");
            assertThat(bed.ask("payment", "POST", "/pay", ORDER)).isEqualTo(200);
            assertThat(bed.replica("zahlung", 0).path("instance").asString()).startsWith("zahlung-1-");
        }
    }

    /** Whoever started the platform may be killed in any way; frozen processes cannot notice it themselves. */
    @Test
    void nothingStaysWhenTheParentIsKilled() throws Exception {
        Process parent = new ProcessBuilder("sleep", "600").start();
        try (Bed bed = Bed.start(dataDir, "--replicas", "catalog=2", "--parent-pid", Long.toString(parent.pid()))) {
            bed.client().inject("catalog", "hang", 2);
            parent.destroyForcibly().waitFor();
            Bed.await(
                    "the supervisor ends",
                    Duration.ofSeconds(5),
                    () -> !bed.supervisor().isAlive());
            Bed.await(
                    "the shop ends",
                    Duration.ofSeconds(5),
                    () -> bed.processes().stream().noneMatch(ProcessIdentity::isAlive));
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void nothingStaysWhenTheSupervisorIsKilledEvenAFrozenReplica() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "catalog=2")) {
            bed.client().inject("catalog", "hang", 2);
            bed.killSupervisor();
            Bed.await(
                    "the shop ends",
                    Duration.ofSeconds(5),
                    () -> bed.processes().stream().noneMatch(ProcessIdentity::isAlive));
        }
    }

    @Test
    void scalesAndRefusesWhatCannotBe() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1")) {
            String[] known = {"Authorization", bed.bearer(), "Idempotency-Key", "s-1"};
            assertThat(bed.raw("POST", "/services/payment/scale", "{\"replicas\":2}", known)
                            .statusCode())
                    .isEqualTo(202);
            bed.client().awaitOperation("s-1", Duration.ofSeconds(30));
            bed.remember();
            assertThat(bed.client().service("payment").path("replicas").size()).isEqualTo(2);

            assertThat(bed.raw("GET", "/services", "").statusCode()).isEqualTo(401);
            assertThat(bed.raw("GET", "/services", "", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(bed.raw("POST", "/services/payment/restart", "{}", "Authorization", bed.bearer())
                            .statusCode())
                    .as("no idempotency key")
                    .isEqualTo(400);
            assertThat(bed.raw("POST", "/services/payment/rollback", "{}", known)
                            .statusCode())
                    .as("a key used for another order")
                    .isEqualTo(422);
            assertThat(bed.raw("GET", "/operations/never", "", known)).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.body()).contains("\"state\":\"unknown\"");
            });
            assertThat(refusal(bed, "/services/nobody/restart", "{}")).isEqualTo(404);
            assertThat(refusal(bed, "/services/payment/deploy", "{\"version\":\"9.9.9\"}"))
                    .isEqualTo(404);
            assertThat(refusal(bed, "/services/payment/rollback", "{}"))
                    .as("nothing before")
                    .isEqualTo(409);
            assertThat(refusal(bed, "/services/payment/restart", "{}"))
                    .as("all are well")
                    .isEqualTo(409);
            assertThat(refusal(bed, "/services/payment/scale", "{\"replicas\":0}"))
                    .isEqualTo(422);
            assertThat(refusal(bed, "/services/payment/scale", "{")).isEqualTo(400);
            assertThat(Files.getPosixFilePermissions(dataDir.resolve("supervisor.token")))
                    .hasSize(2);
        }
    }

    /** Ordinary work is an order like the others: journalled, once per key, and users are served meanwhile. */
    @Test
    void aReplicaDoesItsChoreOnceWhileItServes() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1")) {
            for (String chore : List.of("batch", "warnings")) {
                bed.client().chore("payment", chore, Duration.ofSeconds(60), "key-" + chore);
                bed.client().chore("payment", chore, Duration.ofSeconds(60), "key-" + chore);
                JsonNode operation = bed.client().awaitOperation("key-" + chore, Duration.ofSeconds(30));
                assertThat(operation.path("state").asString()).isEqualTo("applied");
                assertThat(operation.path("after").path("instance").asString()).startsWith("payment-1-");
                assertThat(bed.journalOf("key-" + chore, "intent")).hasSize(1);
                assertThat(bed.journalOf("key-" + chore, "effect"))
                        .extracting(line -> line.path("action").asString())
                        .containsExactly("chore");
            }
            Path log = dataDir.resolve("logs")
                    .resolve(bed.replica("payment", 0).path("instance").asString() + ".log");
            Bed.await(
                    "it does both",
                    Duration.ofSeconds(20),
                    () -> read(log).contains("WARN  Chores supplier feed is old")
                            && read(log).contains("chore begins chore=batch"));
            assertThat(failuresOf(bed, 40)).isZero();

            bed.client().chore("payment", "batch", Duration.ofSeconds(60), "again");
            assertThat(bed.client()
                            .awaitOperation("again", Duration.ofSeconds(30))
                            .path("error")
                            .asString())
                    .contains("at it already");
            assertThat(refusal(bed, "/services/payment/chore", "{\"chore\":\"nap\",\"seconds\":60}"))
                    .isEqualTo(422);
            assertThat(refusal(bed, "/services/payment/chore", "{\"chore\":\"batch\"}"))
                    .as("no end")
                    .isEqualTo(422);
        }
    }

    @Test
    void aSecondSupervisorOnTheSameDirectoryIsRefused() throws Exception {
        try (Bed bed = Bed.start(dataDir, "--replicas", "payment=1")) {
            var command = Bed.java(Supervisor.class.getName());
            command.addAll(java.util.List.of(
                    "--data-dir",
                    dataDir.toString(),
                    "--port",
                    Integer.toString(Bed.freePort()),
                    "--replicas",
                    "payment=1"));
            Process second =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String words = new String(second.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(second.waitFor()).isEqualTo(2);
            assertThat(words).contains("another supervisor runs on " + dataDir);
        }
    }

    private static int failuresOf(Bed bed, int calls) throws Exception {
        int failures = 0;
        for (int i = 0; i < calls; i++) {
            failures += bed.ask("payment", "POST", "/pay", ORDER) == 500 ? 1 : 0;
        }
        return failures;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int refusal(Bed bed, String path, String body) throws Exception {
        String key = UUID.randomUUID().toString();
        return bed.raw("POST", path, body, "Authorization", bed.bearer(), "Idempotency-Key", key)
                .statusCode();
    }

    private static String stateOf(Bed bed, int index) {
        return state(bed, "catalog", index);
    }

    private static String state(Bed bed, String service, int index) {
        try {
            return bed.replica(service, index).path("state").asString("");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
