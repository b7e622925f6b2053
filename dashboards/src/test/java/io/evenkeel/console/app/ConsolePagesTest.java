package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.console.text.UrlId;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole pages over real HTTP and a real database, read as a person reads them. */
class ConsolePagesTest {
    private static TestConsole console;
    private static TestConsole.Browser approver;
    private static TestConsole.Browser responder;
    private static TestConsole.Browser viewer;
    private static long hang;
    private static long quiet;
    private static long deploy;
    private static long merged;
    private static long hostile;

    /** Breaks out of text, attribute and script contexts, wherever it should land unescaped. */
    private static final String EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        console = TestConsole.start();
        Story story = new Story(console.seed(), Instant.now());
        hang = story.mendedHang();
        quiet = story.quiet();
        deploy = story.badDeploy();
        story.audit();
        Seed.IncidentSeed old = new Seed.IncidentSeed();
        old.state = "MERGED";
        old.mergedInto = deploy;
        merged = story.seed.incident(old);
        hostile = hostile(story);
        approver = console.login("ada");
        responder = console.login("ray");
        viewer = console.login("vic");
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    @Test
    void nowSaysWhatIsWrongAndWhoIsWaitedFor() throws Exception {
        String page = viewer.read("/");
        assertThat(page)
                .contains("POST /checkout fails for 48 % of requests")
                .contains("payment, bad deploy")
                .contains("Waits for approval: Roll back payment to 4.11.3")
                .contains("nobody has it yet")
                .contains("inventory uses more memory than usual")
                .contains("Quiet findings (nobody is woken)")
                .contains("Restart replica catalog-2-7f3a (by itself): worked")
                .contains("mitigated after 1 min 32 s")
                .contains("services");
    }

    /** An on-call person who doubts the page asks whether the data is whole: each row that was read stands somewhere. */
    @Test
    void thePipelineTellsWhatBecameOfTheTelemetry() throws Exception {
        Instant now = Instant.now();
        console.seed()
                .pipeline(new PipelineReport(
                        PipelineReport.DETECTION,
                        now.minusSeconds(7200),
                        now,
                        List.of(
                                new PipelineReport.Count("metrics", "items", PipelineReport.READ, "", 41_820),
                                new PipelineReport.Count("metrics", "items", "judged", "", 41_700),
                                new PipelineReport.Count("metrics", "items", "duplicate", "", 80),
                                new PipelineReport.Count("metrics", "items", "refused", "no_time", 20),
                                new PipelineReport.Count("metrics", "items", "refused", "beyond_bound", 13),
                                new PipelineReport.Count("spans", "items", PipelineReport.READ, "", 512),
                                new PipelineReport.Count("spans", "items", "left_out", "not_a_request", 512),
                                new PipelineReport.Count("metrics", "records", PipelineReport.READ, "", 99),
                                new PipelineReport.Count("metrics", "records", "dead_letter", "", 2)),
                        now.minusSeconds(3),
                        4));
        console.seed()
                .pipeline(new PipelineReport(
                        PipelineReport.DOOR,
                        now.minusSeconds(7200),
                        now.minusSeconds(300),
                        List.of(
                                new PipelineReport.Count("", "requests", PipelineReport.READ, "", 1_204),
                                new PipelineReport.Count("", "requests", "refused", "log_unavailable", 7)),
                        null,
                        -1));

        assertThat(viewer.read("/pipeline"))
                .containsSubsequence(
                        "Detection job",
                        "Counted for 2 h",
                        "The newest data point is 3 s old.",
                        "4 records wait in Kafka.",
                        "Received41,8205120",
                        "Judged41,70000",
                        "Nothing to judge05120",
                        "inner spans",
                        "Duplicates8000",
                        "Refused (not judged)3300",
                        "too many series1300",
                        "no time2000",
                        "Under way700",
                        "Dead letters",
                        "OTLP door",
                        "Has told nothing for 5 min")
                .containsSubsequence("Requests", "1,204", "Refused (not judged)7", "log unavailable7");
        assertThat(viewer.get("/").body()).contains("href=\"/pipeline\"");
    }

    @Test
    void theIncidentAnswersTheSevenQuestionsInOrder() throws Exception {
        String page = approver.read("/i/" + deploy);
        assertThat(page)
                .containsSubsequence(
                        "SEV 1",
                        "INC-" + deploy,
                        "open",
                        "1 incident from 6 findings",
                        "POST /checkout fails for 48 % of requests",
                        "± 10 s",
                        "found 31 s later",
                        "payment, bad deploy",
                        "uncalibrated",
                        "What is broken for users",
                        "48.2 %",
                        "of POST /checkout answers are errors, usually under 0.4 %",
                        "1,912",
                        "requests hurt so far",
                        "Why, most likely first",
                        "payment · bad deploy",
                        ".93",
                        "own errors",
                        "checkout",
                        "suffers",
                        "What you can do",
                        "Roll back payment to 4.11.3",
                        "has not run here before",
                        "High risk: needs one approver, not the requester.",
                        "Asked again in 14:",
                        "- payment version 4.12.0 replicas 2",
                        "+ payment version 4.11.3 replicas 2",
                        "still broken, checked 3 s ago",
                        "Approve rollback",
                        "Deny",
                        "Timeline",
                        "Deploy payment 4.12.0",
                        "What changed around it",
                        "48 s before the onset",
                        "Evidence, same clock",
                        "payment · failed requests",
                        "checkout → payment · slowest 5",
                        "Blast radius",
                        "payment is the suspected cause.");
    }

    @Test
    void theApprovalCarriesTheDigestAndTheToken() throws Exception {
        String html = approver.get("/i/" + deploy).body();
        String form = html.substring(html.indexOf("/approve"), html.indexOf("</form>", html.indexOf("/approve")));
        String digest = console.jdbc()
                .sql("select digest from execution where incident = :n")
                .param("n", deploy)
                .query(String.class)
                .single();
        assertThat(form)
                .contains("name=\"digest\" value=\"" + digest + "\"")
                .contains("name=\"_csrf\"")
                .contains("name=\"returnTo\" value=\"/i/" + deploy + "\"");
    }

    /** Every form that changes something posts to the API with a token; the console itself has no such address. */
    @ParameterizedTest
    @ValueSource(strings = {"/i/3", "/i/3/timeline", "/stop", "/"})
    void everyFormThatActsIsAPostWithAToken(String path) throws Exception {
        Matcher form = Pattern.compile("(?s)<form([^>]*)>(.*?)</form>")
                .matcher(approver.get(path).body());
        while (form.find()) {
            boolean harmless =
                    form.group(1).contains("method=\"get\"") || form.group(1).contains("method=\"dialog\"");
            if (!harmless) {
                assertThat(form.group(1)).contains("method=\"post\"").containsPattern("action=\"/(api/v1/|logout)");
                assertThat(form.group(2)).contains("name=\"_csrf\"");
            }
        }
    }

    @Test
    void whatAViewerMayNotDoIsNotOffered() throws Exception {
        String page = viewer.get("/i/" + deploy).body();
        assertThat(page)
                .doesNotContain("/approve")
                .doesNotContain("/deny")
                .doesNotContain("/notes")
                .doesNotContain("/acknowledge");
        assertThat(TestConsole.words(page)).contains("You are viewer; an approver has to decide.");
        String second = responder.get("/i/" + deploy).body();
        assertThat(second).contains("/acknowledge", "/notes").doesNotContain("/approve");
        assertThat(viewer.read("/stop")).contains("You are viewer. A responder or more may press it.");
    }

    @Test
    void theAutomaticRepairSaysWhyItWasAllowed() throws Exception {
        assertThat(viewer.read("/i/" + hang))
                .contains("Why it was allowed")
                .contains(
                        "The grant for restart-hung-replica allows running by itself in demo: grants.yaml:4, by admin.")
                .contains("Until 2026-12-31.")
                .contains("mitigated after 1 min 32 s")
                .contains("The slowest 5 % wait 190 ms again")
                .contains("What was broken for users");
    }

    /** After the recovery the big figure is not how well it is now: it says how bad it was, and that it is over. */
    @Test
    void whatIsOverIsToldAtItsWorst() throws Exception {
        assertThat(viewer.read("/i/" + hang))
                .containsSubsequence(
                        "What was broken for users", "At its worst; over since", "5.02 s", "waited at least")
                .doesNotContain("wait at least");
        assertThat(viewer.read("/i/" + deploy)).contains("answers are errors").doesNotContain("At its worst");
    }

    @Test
    void withoutARunbookItSaysThatNothingWillAct() throws Exception {
        assertThat(viewer.read("/i/" + quiet))
                .contains("cause unknown")
                .contains("The cause is unknown, so no runbook fits and nothing will act by itself.")
                .contains("Users feel nothing yet.");
    }

    @Test
    void theTimelineAndTheEvidenceHaveTheirOwnAddress() throws Exception {
        assertThat(viewer.read("/i/" + deploy + "/timeline"))
                .contains("Onset: failed requests of payment leave their band");
        assertThat(viewer.read("/i/" + deploy + "/evidence/f-pay"))
                .contains(
                        "payment · failed requests",
                        "51 %",
                        "usually under 0.8 %",
                        "POST /pay",
                        "4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(viewer.read("/i/" + deploy + "/evidence/f-later"))
                .contains("The finding itself has not arrived yet");
    }

    /** An incident that lasts for days writes thousands of lines: none of them may be out of reach. */
    @Test
    void aLongStoryIsToldInPages() throws Exception {
        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.onset = Instant.now().minusSeconds(7200);
        long number = console.seed().incident(incident);
        console.jdbc().sql("""
                        insert into timeline (incident, at, kind, text, actor, dedupe)
                        select :number, now() - interval '2 hours' + make_interval(secs => n), 'finding', 'line ' || n || '.', 'evenkeel', n
                        from generate_series(1, 1203) n""").param("number", number).update();
        assertThat(viewer.read("/i/" + number))
                .containsSubsequence("line 3.", "1,189 lines between", "line 1193.", "line 1203.")
                .doesNotContain("line 4.", "line 1192.");
        String first = viewer.read("/i/" + number + "/timeline");
        assertThat(first).contains("line 1.", "line 500.", "Later lines").doesNotContain("line 501.", "Earlier lines");
        String last = viewer.read("/i/" + number + "/timeline?from=1000");
        assertThat(last).contains("line 1001.", "line 1203.", "Earlier lines").doesNotContain("Later lines");
    }

    /** A finding beyond those that the incident's page lists still has its page, and the list says what it leaves out. */
    @Test
    void aFindingBeyondTheListHasItsPage() throws Exception {
        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.onset = Instant.now().minusSeconds(600);
        long number = console.seed().incident(incident);
        SignalKey signal =
                new SignalKey(Story.service("payment"), SignalKind.ERROR_RATIO, null, "", "", SignalKey.REQUESTS, "");
        for (int i = 0; i < 503; i++) {
            console.seed()
                    .member(
                            number,
                            "many-" + i,
                            signal,
                            MemberRole.EVIDENCE,
                            incident.onset.plusSeconds(i),
                            "one of many");
        }
        assertThat(viewer.read("/i/" + number)).contains("All findings (503)", "3 more, weaker ones are left out here");
        assertThat(viewer.read("/i/" + number + "/evidence/many-502")).contains("payment · failed requests");
        assertThat(viewer.get("/i/" + number + "/evidence/many-503").statusCode())
                .isEqualTo(404);
    }

    @Test
    void everyIncidentCanBeFoundAgain() throws Exception {
        assertThat(viewer.get("/").body()).contains("href=\"/incidents\"");
        assertThat(viewer.get("/incidents").body()).contains("/i/" + deploy + "\"", "/i/" + merged + "\"");
        String older = viewer.get("/incidents?before=" + deploy).body();
        assertThat(older).contains("/i/" + hang + "\"", "Newest").doesNotContain("/i/" + deploy + "\"");
    }

    @Test
    void thePostmortemIsShownAndCanBeTakenAway() throws Exception {
        assertThat(viewer.read("/i/" + hang + "/postmortem"))
                .contains("draft, version 1", "214 requests of GET /products");
        HttpResponse<String> markdown = viewer.get("/i/" + hang + "/postmortem.md");
        assertThat(markdown.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/markdown"));
        assertThat(markdown.body()).startsWith("# Postmortem INC-");
        assertThat(viewer.get("/i/" + deploy + "/postmortem.md").statusCode()).isEqualTo(404);
        assertThat(viewer.read("/i/" + deploy + "/postmortem")).contains("No draft yet.");
    }

    @Test
    void signalsCanBeFoundAndOpened() throws Exception {
        String list = viewer.read("/signals?q=PAYMENT");
        assertThat(list).contains("payment").doesNotContain("inventory");
        String id = new SignalKey(
                        Story.service("payment"), SignalKind.ERROR_RATIO, null, "", "", SignalKey.REQUESTS, "")
                .id();
        assertThat(viewer.read("/signals/" + UrlId.encode(id))).contains("payment · failed requests", "30 minutes");
        assertThat(viewer.get("/signals/~%21").statusCode()).isEqualTo(404);
        assertThat(viewer.get("/signals?q=%00payment").statusCode()).isEqualTo(200);
    }

    /** Who opens the page wants to know how the services do, not the threads of the first of them. */
    @Test
    void signalsOfWholeServices_standBeforeThoseOfTheirProcesses() throws Exception {
        String list = viewer.read("/signals");
        int lastOfService = list.lastIndexOf("requests per second");
        int firstOfProcess = list.indexOf("jvm.");

        assertThat(lastOfService).isPositive();
        assertThat(firstOfProcess).isGreaterThan(lastOfService);
    }

    @Test
    void signalOutsideItsBand_standsBeforeOneThatHasNone() throws Exception {
        Instant now = Instant.now();
        SignalKey unknown =
                new SignalKey(Story.service("catalog"), SignalKind.GAUGE, null, "", "node-1#1", "order.a", "");
        SignalKey outside =
                new SignalKey(Story.service("payment"), SignalKind.GAUGE, null, "", "node-1#1", "order.b", "");
        for (SignalKey key : List.of(unknown, outside)) {
            console.seed().signalRow(key, now.minusSeconds(60), now);
        }
        console.seed().rollup(unknown, now.minusSeconds(20), 5, Double.NaN, Double.NaN, Double.NaN);
        console.seed().rollup(outside, now.minusSeconds(20), 50, 5, 4, 6);

        String list = viewer.read("/signals?q=order.");

        assertThat(list).contains("order.a", "order.b");
        assertThat(list.indexOf("order.b")).isLessThan(list.indexOf("order.a"));
    }

    @Test
    void runbooksShowSourceAndRecord() throws Exception {
        assertThat(viewer.read("/runbooks"))
                .contains(
                        "restart-hung-replica",
                        "worked 1 of 1 time",
                        "rollback-deploy",
                        "has not run yet",
                        "team-shop");
    }

    @Test
    void theAuditLogIsReadBackwards() throws Exception {
        String first = viewer.get("/audit").body();
        assertThat(first).contains("id=\"a-120\"").contains("id=\"a-71\"").doesNotContain("id=\"a-70\"");
        assertThat(viewer.get("/audit?before=71").body())
                .contains("id=\"a-70\"")
                .doesNotContain("id=\"a-71\"");
    }

    @Test
    void aMergedIncidentLeadsToTheOneThatLivesOn() throws Exception {
        assertThat(viewer.get("/i/" + merged).uri().getPath()).isEqualTo("/i/" + deploy);
        assertThat(viewer.get("/i/" + merged + "/timeline").uri().getPath()).isEqualTo("/i/" + deploy + "/timeline");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/i/99999", "/i/abc", "/i/999999999999999999999", "/i/-1"})
    void anUnknownIncidentIsAKindPage(String path) throws Exception {
        HttpResponse<String> answer = viewer.get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestConsole.words(answer.body())).contains("There is no incident", "The newest is");
    }

    @Test
    void anUnknownPageHasNoStackTrace() throws Exception {
        HttpResponse<String> answer = viewer.get("/nothing/here");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .contains("There is no such page")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/i/3",
                "/i/3/timeline",
                "/i/3/evidence/f-pay",
                "/signals",
                "/runbooks",
                "/audit",
                "/stop",
                "/login"
            })
    void nothingInlineCanRun(String path) throws Exception {
        HttpResponse<String> answer = approver.get(path);
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("default-src 'self'").doesNotContain("unsafe"));
        assertThat(withoutQuoted(answer.body()))
                .doesNotContainPattern("<[^>]+\\sstyle=")
                .doesNotContainPattern("<[^>]+\\son[a-z]+=")
                .doesNotContainPattern("<script(?! defer src=)")
                .doesNotContain("<style");
    }

    /** Names of services, operations and attributes come from anybody who can send telemetry. */
    @Test
    void hostileTelemetryStaysText() throws Exception {
        String finding = UrlId.encode("f-" + EVIL);
        for (String path : List.of(
                "/",
                "/i/" + hostile,
                "/i/" + hostile + "/timeline",
                "/i/" + hostile + "/evidence/" + finding,
                "/i/" + hostile + "/postmortem",
                "/signals?q=%3Cscript%3Ealert(1)%3C/script%3E",
                "/signals",
                "/audit?before=3",
                "/runbooks",
                "/i/%3Cscript%3Ealert(1)%3C%2Fscript%3E")) {
            String html = approver.get(path).body();
            assertThat(withoutQuoted(html).replace("<script defer src=\"\"></script>", ""))
                    .as(path)
                    .doesNotContain("<script")
                    .doesNotContain("<img")
                    .doesNotContainPattern("<[a-z]+[^>]*\\sonerror=");
        }
        assertThat(approver.read("/i/" + hostile)).contains("<script>alert(1)</script>");
    }

    /** The page with all attribute values emptied: what stands inside quotes does not run. */
    private static String withoutQuoted(String html) {
        return html.replaceAll("=\"[^\"]*\"", "=\"\"").replaceAll("='[^']*'", "=''");
    }

    private static long hostile(Story story) {
        ServiceKey service = new ServiceKey("demo", EVIL, EVIL);
        SignalKey signal = new SignalKey(service, SignalKind.ERROR_RATIO, null, EVIL, EVIL, EVIL, EVIL);
        Seed.IncidentSeed incident = new Seed.IncidentSeed();
        incident.title = EVIL;
        incident.severity = "SEV2";
        incident.acknowledgedBy = EVIL;
        incident.needsPerson = EVIL;
        incident.cause = CauseKind.BAD_DEPLOY;
        incident.causeService = service.id();
        incident.onset = story.now.minusSeconds(300);
        incident.harm = new Harm(signal, "f-" + EVIL, 0.5, 0.1, 0, 0.2, 1, 10, EVIL);
        incident.suspects = List.of(new Suspect(
                service,
                EVIL,
                CauseKind.BAD_DEPLOY,
                1,
                1,
                false,
                false,
                EVIL,
                List.of(new EvidenceTerm(EVIL, EVIL, 2, Double.NaN, "f-" + EVIL))));
        incident.changes = List.of(new Change("c", service, ChangeKind.DEPLOY, EVIL, EVIL, incident.onset, EVIL, EVIL));
        incident.edges = List.of(new CallEdge(service, new ServiceKey("demo", "x", EVIL + "2"), EVIL, 1, story.now));
        story.seed.insert(story.finding("f-" + EVIL, signal, incident.onset, 0.5, 0.1, 0.2));
        story.seed.signal(signal, incident.onset.minusSeconds(300), story.now, 0.1, 0.1, second -> 0.3);
        long number = story.seed.incident(incident);
        story.seed.member(number, "f-" + EVIL, signal, MemberRole.HARM, incident.onset, EVIL);
        story.seed.timeline(number, incident.onset, "note", EVIL, EVIL, "f-" + EVIL);
        story.seed.postmortem(number, EVIL, "<p>" + EVIL + "</p>");
        story.seed.audit(0, story.now.minusSeconds(9000), EVIL, EVIL, EVIL, "{\"x\":\"" + EVIL + "\"}");
        story.seed.runbook(EVIL, EVIL);
        String plan = Seed.json(java.util.Map.of(
                "title",
                EVIL,
                "why",
                EVIL,
                "undo",
                EVIL,
                "diff",
                List.of(java.util.Map.of("op", EVIL, "text", EVIL)),
                "preconditions",
                List.of(java.util.Map.of("text", EVIL, "held", false, "value", EVIL))));
        String gate = Seed.json(
                java.util.Map.of("outcome", "ASK", "reasons", List.of(EVIL), "roles", List.of(EVIL), "quorum", 2));
        String execution = story.seed.execution(
                number,
                EVIL,
                "AWAITING_APPROVAL",
                "HIGH",
                gate,
                plan,
                story.now,
                story.now.plusSeconds(60),
                null,
                null,
                null,
                EVIL,
                EVIL);
        story.seed.step(execution, 1, EVIL, EVIL, "FAILED", story.now);
        return number;
    }

    @Test
    void koreanSpeaksKorean() throws Exception {
        assertThat(viewer.read("/?lang=ko")).contains("인시던트", "승인 대기");
        assertThat(viewer.read("/?lang=en")).contains("approvals waiting");
    }

    @Test
    void themeIsRemembered() throws Exception {
        TestConsole.Browser browser = console.login("vic");
        assertThat(browser.get("/?theme=dark").body()).contains("data-theme=\"dark\"");
        assertThat(browser.get("/").body()).contains("data-theme=\"dark\"");
        assertThat(browser.get("/?theme=auto").body()).doesNotContain("data-theme=");
        assertThat(browser.get("/?theme=%22%3E%3Cscript%3E").body()).doesNotContain("data-theme=");
    }

    @Test
    void nobodySeesAnythingWithoutLoggingIn() throws Exception {
        HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(console.uri("/i/" + deploy))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(302);
    }
}
