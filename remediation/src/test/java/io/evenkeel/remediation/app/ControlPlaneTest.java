package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.Incident;
import io.evenkeel.remediation.TestObjects;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.postgres.PostgresIncidentIntake;
import io.evenkeel.remediation.postgres.PostgresTimeline;
import io.evenkeel.remediation.postgres.PostgresUsers;
import io.evenkeel.remediation.postgres.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;

/** The control plane over real HTTP and a real database: who may do what, and what each decision leaves behind. */
class ControlPlaneTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    static Path dataDir;

    private static TestPostgres.Database database;
    private static ConfigurableApplicationContext context;
    private static String base;
    private static long number;

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
        PostgresUsers users = context.getBean(PostgresUsers.class);
        PasswordEncoder passwords = context.getBean(PasswordEncoder.class);
        for (String role : Roles.WORDS) {
            users.add("the-" + role, passwords.encode(PASSWORD), role);
            users.addMachine("machine-" + role, "token-" + role, role);
        }
        number = take(TestObjects.incident(1, 1, TestObjects.harm("f-front")));
    }

    private static long take(Incident incident) {
        return new PostgresIncidentIntake(
                        database.jdbc(),
                        new JdbcTemplate(database.dataSource()),
                        database.transactions(),
                        new PostgresTimeline(database.jdbc()),
                        (IncidentChanged hint) -> {})
                .take(incident)
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        context.close();
        database.close();
    }

    private static Browser signedIn(String role) {
        Browser browser = new Browser(base);
        assertThat(location(browser.signIn("the-" + role, PASSWORD))).isEqualTo("/");
        return browser;
    }

    @Test
    void firstStartMakesAnAdminWhosePasswordOnlyTheOwnerMayRead() throws Exception {
        Path file = dataDir.resolve("admin-password");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        HttpResponse<String> response =
                new Browser(base).signIn("admin", Files.readString(file).strip());
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(location(response)).isEqualTo("/");
    }

    @Test
    void aWrongPasswordIsRefusedWithoutSayingWhy() {
        HttpResponse<String> wrongPassword = new Browser(base).signIn("the-admin", "wrong");
        HttpResponse<String> wrongName = new Browser(base).signIn("nobody", "wrong");

        assertThat(location(wrongPassword)).isEqualTo("/login?error");
        assertThat(location(wrongName)).isEqualTo("/login?error");
    }

    @Test
    void guessingIsSlowedDownWithoutLookingAtThePassword() {
        Browser guesser = new Browser(base);
        for (int i = 0; i < 5; i++) {
            guesser.signIn("the-guessed", "wrong " + i);
        }

        assertThat(location(guesser.signIn("the-guessed", "wrong again"))).isEqualTo("/login?error=throttled");
    }

    @Test
    void strangersSeeTheSignInPageAndMachinesA401() {
        HttpResponse<String> page = new Browser(base).get("/i/1");
        assertThat(page.statusCode()).isEqualTo(302);
        assertThat(page.headers().firstValue("Location").orElseThrow()).endsWith("/login");
        assertThat(new Browser(base).json("GET", "/api/v1/incidents", "", "").statusCode())
                .isEqualTo(401);
        assertThat(new Browser(base)
                        .json("GET", "/api/v1/incidents", "wrong", "")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aFormWithoutTheTokenOfItsPageIsRefused() {
        Browser browser = signedIn("responder");

        assertThat(browser.postBare("/api/v1/incidents/" + number + "/acknowledge", Map.of())
                        .statusCode())
                .isEqualTo(403);
        assertThat(acknowledgedBy()).isNotEqualTo("the-responder");
    }

    @Test
    void aViewerMayLookAndNotAcknowledge() {
        Browser browser = signedIn("viewer");

        assertThat(browser.get("/api/v1/incidents/" + number).statusCode()).isEqualTo(200);
        assertThat(browser.post("/api/v1/incidents/" + number + "/acknowledge", Map.of())
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.json("POST", "/api/v1/incidents/" + number + "/acknowledge", "token-viewer", "{}")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void anAcknowledgementIsMarkedToldAndAudited() {
        Browser browser = signedIn("responder");

        HttpResponse<String> response = browser.post(
                "/api/v1/incidents/" + number + "/acknowledge", Map.of("returnTo", "/i/" + number + "/timeline"));

        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(location(response)).isEqualTo("/i/" + number + "/timeline");
        assertThat(acknowledgedBy()).isEqualTo("the-responder");
        assertThat(count("select count(*) from timeline where kind = 'acknowledged' and actor = 'the-responder'"))
                .isEqualTo(1);
        assertThat(count(
                        "select count(*) from audit where action = 'incident.acknowledge' and actor = 'the-responder'"))
                .isEqualTo(1);
        assertThat(count("select count(*) from incident where acted_on and number = " + number))
                .isEqualTo(1);

        signedIn("admin").post("/api/v1/incidents/" + number + "/acknowledge", Map.of());
        assertThat(acknowledgedBy()).as("the first one has it").isEqualTo("the-responder");
    }

    @Test
    void aFormLeadsBackToOurOwnPagesOnly() {
        Browser browser = signedIn("responder");

        for (String evil :
                new String[] {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"}) {
            HttpResponse<String> response =
                    browser.post("/api/v1/incidents/" + number + "/notes", Map.of("text", "seen", "returnTo", evil));
            assertThat(location(response)).isEqualTo("/i/" + number);
        }
    }

    @Test
    void machinesPostWithATokenAndNoSession() {
        HttpResponse<String> response = new Browser(base)
                .json(
                        "POST",
                        "/api/v1/incidents/" + number + "/notes",
                        "token-responder",
                        "{\"text\":\"from the build\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(count("select count(*) from timeline where actor = 'token:machine-responder'"))
                .isEqualTo(1);
    }

    @Test
    void nothingActsOnGet() {
        HttpResponse<String> response = signedIn("admin").get("/api/v1/incidents/" + number + "/resolve");

        assertThat(response.statusCode()).isEqualTo(405);
    }

    /** The jobs hear it after the commit; here the brokers are away, so it waits beside the decision. */
    @Test
    void aDecisionThatTheJobsCannotHearYetIsStoredAndWaits() {
        HttpResponse<String> response = new Browser(base)
                .json(
                        "POST",
                        "/api/v1/incidents/" + number + "/feedback",
                        "token-responder",
                        "{\"verdict\":\"right_cause\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(count("select count(*) from outcome where was_right")).isEqualTo(1);
        assertThat(count("select count(*) from audit where action = 'incident.feedback'"))
                .isEqualTo(1);
        assertThat(count("select count(*) from feedback_outbox where payload ->> 'verdict' = 'RIGHT_CAUSE'"))
                .isEqualTo(1);
    }

    @Test
    void anUnknownIncidentIsSaidSo() {
        assertThat(new Browser(base)
                        .json("POST", "/api/v1/incidents/999/acknowledge", "token-admin", "{}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(new Browser(base)
                        .json("POST", "/api/v1/incidents/" + number + "/notes", "token-admin", "not json")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void pagesAreNeverCachedFramedOrGivenForeignScripts() {
        HttpResponse<String> page = signedIn("viewer").get("/");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'self'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(page.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    }

    @Test
    void theSessionCookieIsForHttpAndThisSiteOnly() {
        HttpResponse<String> page = new Browser(base).get("/login");

        assertThat(page.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("EVENKEEL_SESSION=")
                .contains("HttpOnly")
                .contains("SameSite=Lax");
    }

    /** Chat programs open links by themselves: that must not acknowledge anything. */
    @Test
    void aLinkOfANotificationAcknowledgesOnceAndByPostOnly() {
        long paged = take(TestObjects.incident("inc-paged", 1, 1, null, TestObjects.harm("f-paged")));
        database.jdbc().sql("""
                insert into notification (id, incident, route, dedupe, payload, state, nonce)
                values (gen_random_uuid(), :number, 'team-shop', 'd', '{}', 'sent', 'the-nonce')""").param("number", paged).update();
        String byLink = "select count(*) from incident where acknowledged_by = 'team-shop (by link)'";
        Browser stranger = new Browser(base);

        assertThat(stranger.get("/ack/the-nonce").body()).contains("<form method=\"post\"");
        assertThat(count(byLink)).isZero();
        assertThat(stranger.postBare("/ack/the-nonce", Map.of()).statusCode()).isEqualTo(200);
        assertThat(count(byLink)).isEqualTo(1);
        assertThat(stranger.postBare("/ack/the-nonce", Map.of()).statusCode()).isEqualTo(409);
        assertThat(stranger.postBare("/ack/a-guess", Map.of()).statusCode()).isEqualTo(404);
    }

    @Test
    void onlyAnAdminAddsUsersAndTokens() {
        assertThat(new Browser(base)
                        .json("POST", "/api/v1/users", "token-approver", "{\"name\":\"eve\",\"role\":\"admin\"}")
                        .statusCode())
                .isEqualTo(403);

        HttpResponse<String> added = new Browser(base)
                .json("POST", "/api/v1/tokens", "token-admin", "{\"name\":\"ci\",\"role\":\"responder\"}");
        assertThat(added.statusCode()).isEqualTo(201);
        String token = added.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
        assertThat(new Browser(base).json("GET", "/api/v1/incidents", token, "").statusCode())
                .isEqualTo(200);
        assertThat(count("select count(*) from audit where action = 'token.add' and subject = 'ci'"))
                .isEqualTo(1);
    }

    @Test
    void anIncidentIsGivenAsJson() {
        String body = new Browser(base)
                .json("GET", "/api/v1/incidents/" + number, "token-viewer", "")
                .body();

        assertThat(body)
                .contains("\"title\": \"Checkout fails for 48 % of requests\"")
                .contains("\"secondsToDetect\": 31")
                .contains("\"kind\": \"change\"");
    }

    /** Where a redirect leads, without our own address. */
    private static String location(HttpResponse<String> response) {
        String location = response.headers().firstValue("Location").orElse("nowhere");
        return location.startsWith(base) ? location.substring(base.length()) : location;
    }

    private static String acknowledgedBy() {
        return String.valueOf(database.jdbc()
                .sql("select coalesce(acknowledged_by, 'nobody') from incident where number = :number")
                .param("number", number)
                .query(String.class)
                .single());
    }

    private static long count(String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }
}
