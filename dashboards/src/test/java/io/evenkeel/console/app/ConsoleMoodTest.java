package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first page when nothing is wrong, when nothing is seen, and when the house itself is in trouble. */
class ConsoleMoodTest {
    @Test
    void aFreshInstallSaysHowToSendTelemetry() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            assertThat(console.login("vic").read("/"))
                    .contains("Nothing is watched yet", "port 4317", "port 4318", "no data yet")
                    .doesNotContain("All good");
        }
    }

    @Test
    void aFreshInstallNamesThePortsThatWereChosen() throws Exception {
        try (TestConsole console =
                TestConsole.start("evenkeel.console.otlp-grpc-port=13317", "evenkeel.console.otlp-http-port=13318")) {
            assertThat(console.login("vic").read("/"))
                    .contains("gRPC on port 13317", "HTTP on port 13318")
                    .doesNotContain("4317,", "4318.");
        }
    }

    /** Bands that begin with a simulated past must not be taken for experience. */
    @Test
    void theDemoSaysOnEveryPageThatItsPastIsSimulated() throws Exception {
        String said =
                "Demo: the 14 days before 22 Nov 2020 10:15:00 UTC are simulated by the load model of the demo itself";
        try (TestConsole console = TestConsole.start("evenkeel.console.demo-since=2020-11-22T10:15:00Z")) {
            Story story = new Story(console.seed(), Instant.now());
            story.calm(List.of());
            TestConsole.Browser vic = console.login("vic");
            for (String page : List.of("/", "/signals", "/incidents", "/pipeline")) {
                assertThat(vic.read(page)).as(page).contains(said);
            }
        }
        try (TestConsole console = TestConsole.start()) {
            assertThat(console.login("vic").read("/")).doesNotContain("Demo", "simulated");
        }
    }

    /** Green says that somebody looked: without data, its dot is hollow. */
    @Test
    void withoutDataNothingIsGreen() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            assertThat(console.login("vic").get("/").body())
                    .containsPattern("class=\"chip none\"[^>]*id=\"data-age\"")
                    .doesNotContain("okdot");
        }
    }

    @Test
    void calmSaysSinceWhenAndWhatIsWatched() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            Story story = new Story(console.seed(), Instant.now());
            story.calm(List.of());
            assertThat(console.login("vic").read("/"))
                    .contains(
                            "All good",
                            "No trouble that users feel since",
                            "Watching 5 services by 20 signals.",
                            "Slowest 5 % wait");
        }
    }

    /** Without data nothing is known about users: never "all good". */
    @Test
    void blindnessIsNeverCalledGood() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            Story story = new Story(console.seed(), Instant.now().minusSeconds(200));
            story.calm(List.of());
            assertThat(console.login("vic").read("/"))
                    .contains("We cannot see", "We are blind. The newest data is 3 min")
                    .doesNotContain("All good");
        }
    }

    /** A figure of a service that went silent is not how it is now, and not out of its band either. */
    @Test
    void aSilentSignalTellsHowOldItsFigureIs() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            Story story = new Story(console.seed(), Instant.now());
            story.calm(List.of());
            console.jdbc()
                    .sql(
                            "update signal set last_seen = last_seen - interval '12 minutes' where service like '%payment'")
                    .update();
            TestConsole.Browser browser = console.login("vic");
            assertThat(browser.read("/")).contains("12 min").contains(" old");
            assertThat(browser.get("/signals?q=payment").body())
                    .contains("class=\"num v old\"")
                    .doesNotContain("num v out");
        }
    }

    @Test
    void aPressedStopButtonAndARefusedConfigurationShowOnEveryPage() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            console.seed().stop("ada", "two repairs at once");
            console.jdbc()
                    .sql(
                            "insert into config_state (id, hash, loaded_at, error) values (1, 'h', now(), 'grants.yaml:4: unknown key leve')")
                    .update();
            TestConsole.Browser browser = console.login("ada");
            for (String path : List.of("/", "/signals", "/audit", "/stop")) {
                assertThat(browser.read(path))
                        .as(path)
                        .contains(
                                "All actions are stopped since",
                                "by ada: two repairs at once",
                                "grants.yaml:4: unknown key leve");
            }
            assertThat(browser.get("/stop").body()).contains("/api/v1/stop/release");
        }
    }

    @Test
    void aServiceThatSendsTooManySeriesShowsOnEveryPageWhileItDoes() throws Exception {
        try (TestConsole console = TestConsole.start()) {
            String sql = """
                    insert into finding (id, kind, signal, service, environment, direction, onset, onset_from, onset_to,
                      opened_at, updated_at, closed_at, score, value, expected, lower, upper, impact, impact_unit,
                      attributes, young_baseline, epoch, sequence)
                    values (:id, 'ANOMALY', :signal, :service, 'demo', 'UP', now(), now(), now(), now(),
                      now() - make_interval(mins => :age), null, 10, 3, 0, 0, 0, 0, '',
                      cast(:attributes as jsonb), false, 1, 1)""";
            for (String name : List.of("cart", "gone")) {
                ServiceKey service = ServiceKey.parse("demo/shop/" + name);
                console.jdbc()
                        .sql(sql)
                        .param("id", "f-" + name)
                        .param("signal", SignalKey.ofRefused(service, "node-7").id())
                        .param("service", service.id())
                        .param("age", name.equals("gone") ? 20 : 1)
                        .param("attributes", """
                                {"metric":"cart.items","attribute":"user.id","values":"49999"}""")
                        .update();
            }
            TestConsole.Browser browser = console.login("vic");

            assertThat(browser.read("/"))
                    .contains(
                            "cart node-7 sends more series than are kept", "cart.items, whose user.id has 49999 values")
                    .doesNotContain("gone node-7");
        }
    }

    @Test
    void withoutADatabaseItSaysSoInsteadOfShowingAnOldPage() throws Exception {
        try (TestConsole console = TestConsole.start("spring.datasource.hikari.connection-timeout=500")) {
            TestConsole.Browser browser = console.login("vic");
            console.bean(com.zaxxer.hikari.HikariDataSource.class).close();
            var answer = browser.get("/");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("The database does not answer").doesNotContain("Exception");
        }
    }
}
