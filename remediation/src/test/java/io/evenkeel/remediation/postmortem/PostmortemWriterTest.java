package io.evenkeel.remediation.postmortem;

import static io.evenkeel.remediation.TestObjects.DETECTED;
import static io.evenkeel.remediation.TestObjects.FRONT_ERRORS;
import static io.evenkeel.remediation.TestObjects.ONSET;
import static io.evenkeel.remediation.TestObjects.deploy;
import static io.evenkeel.remediation.TestObjects.suspect;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Decision;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Line;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Noted;
import io.evenkeel.remediation.postmortem.PostmortemFacts.Repair;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PostmortemWriterTest {
    private static final Instant MITIGATED = ONSET.plusSeconds(132);
    private static final Instant RESOLVED = ONSET.plusSeconds(432);
    private static final String EXECUTION = "7b1c9e3a-0000-4000-8000-000000000001";

    @Test
    void linksEachFigureToTheRowItComesFrom() {
        String draft = PostmortemWriter.write(facts("Checkout fails for 48 % of requests", "grace"));

        assertThat(draft)
                .contains("| Detected | [2026-11-21 14:02:41 UTC](/i/12/timeline#t3) (31 s after the onset) |")
                .contains("| Mitigated | [2026-11-21 14:04:22 UTC](/i/12/timeline#t6) (2 min 12 s after the onset) |")
                .contains("| Requests hurt | [1,912](/i/12/evidence/f-front) |")
                .contains("| Worst value | [52 %](/i/12/evidence/f-front) |")
                .contains("- [Deploy payment 4.12.0](/i/12/timeline#t1) at 14:01:22, 48 s before the onset.")
                .contains("[Roll back payment to 4.11.3](/i/12#execution-" + EXECUTION + ")")
                .contains("approved by an approver");
    }

    @Test
    void saysUnknownWhereNothingIsStored() {
        String draft = PostmortemWriter.write(facts("Checkout fails", "grace"));

        assertThat(draft)
                .contains("| Error budget | unknown |")
                .contains("| Cost | unknown |")
                .contains("| Owner | unknown *(to be named)* |")
                .contains("| First page | none was sent |")
                .contains("| Acknowledged | [2026-11-21 14:03:05 UTC](/i/12/timeline#t5) |");
    }

    @Test
    void namesRolesAndNotPeople() {
        String draft = PostmortemWriter.write(facts("Checkout fails", "grace"));

        assertThat(draft).doesNotContain("grace").contains("Acknowledged by a responder.");
    }

    @Test
    void callsTheCauseAHypothesis() {
        assertThat(PostmortemWriter.write(facts("Checkout fails", "grace")))
                .contains("payment, bad deploy *(hypothesis, confidence 0.93, uncalibrated)*")
                .contains("## Cause (hypothesis)");
    }

    /** Telemetry and notes are text from outside: in the draft they stay text. */
    @Test
    void storedTextNeverBecomesMarkup() {
        String draft = PostmortemWriter.write(facts(
                "<script>alert(1)</script> [x](javascript:alert(1)) | a\n# b ![i](http://evil.example/i.png)",
                "grace"));
        String html = PostmortemHtml.render(draft);

        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("<img")
                .doesNotContain("href=\"javascript")
                .doesNotContain("href=\"http")
                .contains("&lt;script&gt;");
    }

    /** No number without a source: every figure outside of links, headings and clock times is in a cited row's text. */
    @Test
    void everyLinkLeadsToOneOfOurPages() {
        String draft = PostmortemWriter.write(facts("Checkout fails", "grace"));

        assertThat(Pattern.compile("(?<!\\\\)\\]\\(([^)]*)\\)").matcher(draft).results())
                .allSatisfy(link -> assertThat(link.group(1))
                        .matches("/i/\\d+(/timeline(#t\\d+)?|/evidence/[\\w~-]+|#execution-[\\w-]+)?"));
    }

    @Test
    void isTheSameForTheSameFacts() {
        assertThat(PostmortemWriter.write(facts("Checkout fails", "grace")))
                .isEqualTo(PostmortemWriter.write(facts("Checkout fails", "grace")));
    }

    private static PostmortemFacts facts(String title, String person) {
        return new PostmortemFacts(
                12,
                "demo",
                title,
                "SEV1",
                "RESOLVED",
                ONSET,
                ONSET.minusSeconds(10),
                ONSET.plusSeconds(10),
                DETECTED,
                null,
                ONSET.plusSeconds(55),
                MITIGATED,
                RESOLVED,
                false,
                new Harm(FRONT_ERRORS, "f-front", 0.482, 0.002, 0, 0.004, 14.2, 1912, title),
                0.52,
                List.of(suspect()),
                List.of(deploy()),
                List.of(new Noted("f-front", FRONT_ERRORS, MemberRole.HARM, ONSET, DETECTED)),
                List.of(
                        line(
                                1,
                                ONSET.minusSeconds(48),
                                "change",
                                "Deploy payment 4.12.0 (service.version changed)",
                                "evenkeel",
                                ""),
                        line(
                                2,
                                ONSET,
                                "onset",
                                "Onset: front POST /checkout error ratio leaves its band.",
                                "evenkeel",
                                ""),
                        line(3, DETECTED, "detected", "Incident opened.", "evenkeel", ""),
                        line(4, DETECTED, "cause", "Probable cause: payment.", "evenkeel", ""),
                        line(
                                5,
                                ONSET.plusSeconds(55),
                                "acknowledged",
                                "Acknowledged by " + person + ".",
                                person,
                                "responder"),
                        line(6, MITIGATED, "state", "Users are served again.", "evenkeel", ""),
                        line(7, RESOLVED, "state", "Resolved.", "evenkeel", "")),
                List.of(new Repair(
                        EXECUTION,
                        "rollback",
                        "Roll back payment to 4.11.3",
                        "CLOSED",
                        "HIGH",
                        "ASK",
                        List.of("high risk needs a person"),
                        List.of(new Decision("approve", "approver", "", ONSET.plusSeconds(80))),
                        ONSET.plusSeconds(34),
                        ONSET.plusSeconds(81),
                        MITIGATED.plusSeconds(40),
                        "RECOVERED",
                        "error ratio back in its band",
                        List.of("rollback: VERIFIED"))),
                null);
    }

    private static Line line(long id, Instant at, String kind, String text, String actor, String role) {
        return new Line(id, at, kind, text, actor, role, null, null);
    }
}
