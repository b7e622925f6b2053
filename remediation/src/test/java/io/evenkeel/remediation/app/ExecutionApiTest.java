package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import io.evenkeel.remediation.TestObjects;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.Target;
import io.evenkeel.remediation.execution.VerifyPlan;
import io.evenkeel.remediation.gate.GateDecision;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.postgres.PostgresExecutions;
import io.evenkeel.remediation.postgres.PostgresIncidentIntake;
import io.evenkeel.remediation.postgres.PostgresTimeline;
import io.evenkeel.remediation.postgres.PostgresUsers;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.postgres.TestPostgres;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runbook.Runbook;
import io.evenkeel.remediation.runner.Remediation;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;

/** People's decisions about repairs over real HTTP: who may, for what exactly, and that nothing decides by accident. */
class ExecutionApiTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String DIGEST = "d1";

    @TempDir
    static Path dataDir;

    private static TestPostgres.Database database;
    private static ConfigurableApplicationContext context;
    private static String base;
    private static RepairStores stores;
    private static long incident;
    private static Runbook runbook;
    private UUID asked;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createEmptyDatabase();
        context = new SpringApplicationBuilder(ControlAlone.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password(),
                        "evenkeel.data-dir=" + dataDir,
                        "evenkeel.kafka-bootstrap=127.0.0.1:1")
                .run();
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        // Only the API is looked at here; the loop would go on with what it decides.
        context.getBean(RemediationLoop.class).stop();
        PostgresUsers users = context.getBean(PostgresUsers.class);
        PasswordEncoder passwords = context.getBean(PasswordEncoder.class);
        for (String role : Roles.WORDS) {
            users.add("the-" + role, passwords.encode(PASSWORD), role);
            users.addMachine("machine-" + role, "token-" + role, role);
        }
        stores = context.getBean(RepairStores.class);
        incident = new PostgresIncidentIntake(
                        database.jdbc(),
                        new JdbcTemplate(database.dataSource()),
                        database.transactions(),
                        new PostgresTimeline(database.jdbc()),
                        (IncidentChanged hint) -> {})
                .take(TestObjects.incident(1, 1, TestObjects.harm("f-front")))
                .orElseThrow();
        runbook = new ConfigurationDirectory(Remediation.verbs(), new Expansion(name -> "1"))
                .load(Path.of("src/test/resources/config"))
                .configuration()
                .runbooks()
                .get("rollback");
    }

    @AfterAll
    static void stop() {
        context.close();
        database.close();
    }

    /** A repair that waits for one yes. */
    @BeforeEach
    void ask() {
        asked = UUID.randomUUID();
        Notes notes = Notes.of("evenkeel", "test", Map.of());
        stores.executions()
                .propose(
                        new PostgresExecutions.Proposal(
                                asked,
                                incident,
                                "demo",
                                runbook,
                                "BAD_DEPLOY",
                                plan(),
                                gate(),
                                "d0",
                                asked.toString(),
                                "evenkeel",
                                List.of(),
                                List.of()),
                        notes);
        ExecutionRow row =
                stores.executions().claim(asked, "test", Duration.ofMinutes(1)).orElseThrow();
        stores.executions()
                .ask(
                        row,
                        Move.rest(ExecutionEvent.GATE_ASKS, "Waits for approval", notes),
                        runbook,
                        plan(),
                        gate(),
                        DIGEST,
                        Duration.ofMinutes(15));
        stores.executions().free(row);
    }

    @Test
    void anApproversYesToWhatWasShown_counts() {
        HttpResponse<String> response =
                signedIn("approver").post(path("approve"), Map.of("digest", DIGEST, "reason", "looks right"));

        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location").orElseThrow()).endsWith("/i/" + incident);
        assertThat(state()).isEqualTo(ExecutionState.APPROVED);
        assertThat(audited("execution.approve", "the-approver")).isEqualTo(1);
        assertThat(decisions()).containsExactly("approve the-approver");
    }

    @Test
    void aNoEndsIt() {
        assertThat(signedIn("approver")
                        .post(path("deny"), Map.of("digest", DIGEST, "reason", "not now"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(state()).isEqualTo(ExecutionState.REJECTED);
        assertThat(decisions()).containsExactly("deny the-approver");
    }

    @Test
    void aResponderCallsItOffButDecidesNothing() {
        Browser responder = signedIn("responder");
        for (String decision : List.of("approve", "deny")) {
            assertThat(responder.post(path(decision), Map.of("digest", DIGEST)).statusCode())
                    .isEqualTo(403);
        }
        assertThat(state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);

        assertThat(responder.post(path("cancel"), Map.of("reason", "wait")).statusCode())
                .isEqualTo(303);
        assertThat(state()).isEqualTo(ExecutionState.CANCELLED);
        assertThat(audited("execution.cancel", "the-responder")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "deny", "cancel"})
    void aViewerAndAStrangerMayNothing(String decision) {
        assertThat(signedIn("viewer")
                        .post(path(decision), Map.of("digest", DIGEST))
                        .statusCode())
                .isEqualTo(403);
        assertThat(new Browser(base)
                        .json("POST", path(decision), "token-unknown", "{\"digest\":\"" + DIGEST + "\"}")
                        .statusCode())
                .isEqualTo(401);
        undecided();
    }

    /** Whatever its role: a person must. */
    @ParameterizedTest
    @ValueSource(strings = {"approve", "deny", "cancel"})
    void aMachineNeverDecides(String decision) {
        assertThat(new Browser(base)
                        .json("POST", path(decision), "token-admin", "{\"digest\":\"" + DIGEST + "\"}")
                        .statusCode())
                .isEqualTo(403);
        undecided();
    }

    /** Another site's page can make a browser post, but does not know the token of our page. */
    @ParameterizedTest
    @ValueSource(strings = {"approve", "deny", "cancel"})
    void aFormWithoutTheTokenOfItsPage_isRefused(String decision) {
        assertThat(signedIn("approver")
                        .postBare(path(decision), Map.of("digest", DIGEST))
                        .statusCode())
                .isEqualTo(403);
        undecided();
    }

    /** Chat programs and browsers fetch links by themselves. */
    @ParameterizedTest
    @ValueSource(strings = {"approve", "deny", "cancel"})
    void nothingActsOnGet(String decision) {
        assertThat(signedIn("admin").get(path(decision) + "?digest=" + DIGEST).statusCode())
                .isEqualTo(405);
        undecided();
    }

    @Test
    void aYesToSomethingElse_isStale() {
        Browser approver = signedIn("approver");
        HttpResponse<String> stale = approver.post(path("approve"), Map.of("digest", "d0"));

        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("STALE");
        assertThat(approver.post(path("approve"), Map.of()).statusCode())
                .as("without a digest")
                .isEqualTo(400);
        undecided();
    }

    @Test
    void whatDoesNotExist_isSaidSo() {
        Browser approver = signedIn("approver");

        assertThat(approver.post("/api/v1/executions/" + UUID.randomUUID() + "/approve", Map.of("digest", DIGEST))
                        .statusCode())
                .isEqualTo(404);
        assertThat(approver.post("/api/v1/executions/nonsense/approve", Map.of("digest", DIGEST))
                        .statusCode())
                .isEqualTo(404);
    }

    /** Engaged by anyone on call; released by two people who may approve; neither on GET. */
    @Test
    void theStopButton() {
        assertThat(signedIn("admin").get("/api/v1/stop").statusCode()).isEqualTo(405);
        Map<String, String> scope = Map.of("scope", "runbook:rollback");
        assertThat(signedIn("viewer").post("/api/v1/stop", scope).statusCode()).isEqualTo(403);
        Browser responder = signedIn("responder");
        assertThat(responder.postBare("/api/v1/stop", scope).statusCode()).isEqualTo(403);
        assertThat(stores.stops().engaged()).isEmpty();

        assertThat(responder.post("/api/v1/stop", scope).statusCode()).isEqualTo(303);
        assertThat(responder.post("/api/v1/stop/release", scope).statusCode()).isEqualTo(403);
        assertThat(signedIn("approver").post("/api/v1/stop/release", scope).statusCode())
                .isEqualTo(303);
        assertThat(stores.stops().engaged()).as("one person alone").hasSize(1);
        assertThat(signedIn("admin").post("/api/v1/stop/release", scope).statusCode())
                .isEqualTo(303);
        assertThat(stores.stops().engaged()).isEmpty();
    }

    private void undecided() {
        assertThat(state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
        assertThat(decisions()).isEmpty();
    }

    private ExecutionState state() {
        return stores.executions().find(asked).orElseThrow().state();
    }

    private List<String> decisions() {
        return database.jdbc()
                .sql("select decision || ' ' || by from approval where execution = :id")
                .param("id", asked)
                .query(String.class)
                .list();
    }

    private int audited(String action, String actor) {
        return database.jdbc()
                .sql("select count(*) from audit where action = :action and actor = :actor and subject = :subject")
                .param("action", action)
                .param("actor", actor)
                .param("subject", "execution:" + asked)
                .query(Integer.class)
                .single();
    }

    private String path(String decision) {
        return "/api/v1/executions/" + asked + '/' + decision;
    }

    private static Browser signedIn(String role) {
        Browser browser = new Browser(base);
        browser.signIn("the-" + role, PASSWORD);
        return browser;
    }

    private static GateDecision gate() {
        return new GateDecision(
                GateOutcome.ASK,
                TrustLevel.APPROVE,
                Risk.HIGH,
                List.of("High risk always waits for a person"),
                List.of(),
                1,
                List.of("approver", "admin"),
                List.of(),
                900,
                false,
                null);
    }

    private static Plan plan() {
        return new Plan(
                "Roll back payment to 1.4.2",
                "",
                "",
                List.of(new Target("payment", "", "payment")),
                List.of(),
                List.of(),
                List.of(),
                new VerifyPlan(10, 10, 3, 20, 300, "", "", List.of(), List.of()),
                Map.of(),
                "suspect",
                "demo/payment",
                "content",
                "targets",
                "policy",
                false,
                true,
                120,
                6,
                Instant.parse("2026-11-21T14:00:00Z"));
    }
}
