package io.evenkeel.remediation.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.GateOutcome;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Plan;
import io.evenkeel.remediation.execution.Target;
import io.evenkeel.remediation.gate.ApprovalJudge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a repair from the incident to its verdict. */
class RepairTest {
    private static final String RESTART_CRASHED = """
            apiVersion: io.evenkeel/2026-11-01
            kind: Runbook
            metadata: {name: restart-crashed, title: Start the crashed replica again, owner: team-shop}
            spec:
              risk: medium
              triggers: [{incident: "cause.kind == 'crash'"}]
              parameters: {service: {type: service, from: cause.entity}}
              preconditions: ["target.ready < target.desired"]
              limits: {concurrencyKey: "service/{{service}}", blastRadius: {max: 6, percent: 100, minHealthy: 0}}
              steps:
                - name: start-again
                  use: supervisor.restart
                  with: {service: "{{service}}", instance: "", drain: false}
                  undo: {selfRestoring: "it was down"}
              verify: {settle: 10s, window: 10s, consecutive: 3, minSamples: 20, timeout: 5m}
              onFailure: [page]
            """;

    @TempDir
    Path temporary;

    private RepairBed bed;

    @BeforeEach
    void open() {
        bed = new RepairBed(temporary);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void highRisk_waitsForAPersonAndDoesNothing() {
        long incident = bed.badDeploy();

        bed.turns(incident, 3);

        ExecutionRow row = bed.only(incident);
        assertThat(row.state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
        assertThat(row.plan().diff())
                .extracting(line -> line.op() + line.text())
                .containsExactly("-payment runs 1.4.3 on 2 replicas", "+payment runs 1.4.2 on 2 replicas");
        assertThat(row.plan().title()).isEqualTo("Roll back payment to 1.4.2");
        assertThat(row.plan().preconditions()).allMatch(precondition -> precondition.held());
        assertThat(row.plan().preconditions())
                .extracting(precondition -> precondition.text())
                .containsExactly(
                        "The version to go back to is not running already",
                        "params.toVersion in target.previousVersions");
        assertThat(bed.platform.journal()).isEmpty();
        assertThat(bed.timeline(incident))
                .anyMatch(text -> text.contains("Roll back") && text.contains("approval asked"));
    }

    @Test
    void approved_rollsBackOnceAndIsVerified() {
        long incident = bed.badDeploy();
        bed.turn(incident);

        assertThat(bed.approve(bed.only(incident), RepairBed.ADA).answer()).isEqualTo(ApprovalJudge.Answer.ACCEPTED);
        bed.turn(incident);
        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.VERIFYING);
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(60), 0.01);
        bed.turn(incident);
        assertThat(bed.only(incident).state()).as("its findings are still open").isEqualTo(ExecutionState.VERIFYING);
        bed.findingsEnd(incident, "RETURNED");
        bed.timePasses(Duration.ofSeconds(3));
        bed.turn(incident);

        ExecutionRow row = bed.only(incident);
        assertThat(row.state()).isEqualTo(ExecutionState.RECOVERED);
        assertThat(row.verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(bed.platform.journal()).containsExactly("rollback payment {\"toVersion\":\"1.4.2\"}");
        assertThat(bed.timeline(incident)).anyMatch(text -> text.startsWith("Recovered: error ratio of front"));
        assertThat(bed.stores.audit().verify().holds()).isTrue();
        assertThat(audited("step.intent", "step.attempt", "step.applied")).isEqualTo(3);
        assertThat(bed.jdbc
                        .sql("select was_right from outcome where incident = :n")
                        .param("n", incident)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void lowRiskWithAGrant_runsAloneAndSaysWhy() {
        long incident = bed.hang();

        bed.turn(incident);

        assertThat(bed.platform.journal()).hasSize(1).first().asString().startsWith("restart catalog");
        assertThat(bed.timeline(incident))
                .anyMatch(text ->
                        text.contains("Allowed to run alone: grant restart-hung in demo by admin (grants.yaml:4)"));
    }

    /** From outside a hang and a crash look alike; a grant for the one must not carry the other. */
    @Test
    void ofTwoRunbooksThatFit_theOneThatAppliesIsShownAndTheOtherNot() throws Exception {
        bed.file(
                "runbooks/restart-crashed.yaml",
                RESTART_CRASHED
                        .replace("cause.kind == 'crash'", "cause.kind == 'crash' || cause.kind == 'hang'")
                        .replace("target.ready < target.desired", "target.state == 'stopped'"));
        String hung = Files.readString(Path.of("src/test/resources/config/runbooks/restart-hung.yaml"));
        bed.file("runbooks/restart-hung.yaml", hung.replace("target.state != 'ready'", "target.state == 'hung'"));
        long incident = bed.hang();
        bed.platform.state("catalog", "catalog-2-7f3a", "stopped");

        bed.turn(incident);

        assertThat(bed.only(incident).runbook()).isEqualTo("restart-crashed");
        assertThat(bed.platform.journal()).isEmpty();

        bed.platform.state("catalog", "catalog-2-7f3a", "hung");
        bed.turn(incident);

        assertThat(bed.platform.journal()).hasSize(1).first().asString().startsWith("restart catalog");
    }

    @Test
    void withoutAGrant_onlySuggests() {
        bed.file("grants.yaml", "apiVersion: io.evenkeel/2026-11-01\nkind: Grants\ngrants: []\n");
        long incident = bed.hang();

        bed.turns(incident, 3);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.SUGGESTED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void aChangedTarget_makesTheQuestionStaleAndAsksAgain() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        ExecutionRow asked = bed.only(incident);
        bed.platform.version("payment", "1.4.4");
        bed.turn(incident);

        assertThat(bed.approve(asked, RepairBed.ADA).answer()).isEqualTo(ApprovalJudge.Answer.STALE);
        ExecutionRow again = bed.only(incident);
        assertThat(again.state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
        assertThat(again.digest()).isNotEqualTo(asked.digest());
        assertThat(bed.platform.journal()).isEmpty();
    }

    /** The yes was given, and the target changed in the moment before the effect. */
    @Test
    void aTargetThatChangedAfterTheYes_isAskedAgain() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        ExecutionRow asked = bed.only(incident);
        bed.approve(asked, RepairBed.ADA);
        bed.platform.version("payment", "1.4.4");
        bed.turn(incident);
        bed.turn(incident);

        ExecutionRow again = bed.only(incident);
        assertThat(again.state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
        assertThat(again.digest()).isNotEqualTo(asked.digest());
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void recoveredMeanwhile_doesNothing() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.findingsEnd(incident, "RETURNED");
        bed.approve(bed.only(incident), RepairBed.ADA);
        bed.turn(incident);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.SUPERSEDED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void anExpiredQuestion_isAskedAgainWithAFreshDigest() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        ExecutionRow asked = bed.only(incident);
        bed.timePasses(Duration.ofMinutes(16));
        assertThat(bed.approve(asked, RepairBed.ADA).answer()).isEqualTo(ApprovalJudge.Answer.EXPIRED);
        bed.turn(incident);
        bed.turn(incident);

        List<ExecutionRow> rows = bed.executions(incident);
        assertThat(rows)
                .extracting(ExecutionRow::state)
                .containsExactly(ExecutionState.EXPIRED, ExecutionState.AWAITING_APPROVAL);
        assertThat(rows.get(1).digest()).isNotEqualTo(asked.digest());
    }

    @Test
    void aNoEndsItForThisIncident() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        ExecutionRow row = bed.only(incident);
        bed.stores.approvals().decide(row.id(), RepairBed.ADA, ApprovalJudge.Decision.DENY, row.digest(), "not now");
        bed.turns(incident, 3);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.REJECTED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void stillBad_isUndoneAndAPersonIsCalled() {
        long incident = bed.badDeploy();
        approveAndApply(incident);
        bed.timePasses(Duration.ofMinutes(6));
        bed.measuredSince(Duration.ofMinutes(6), 0.5);
        bed.turns(incident, 3);

        ExecutionRow row = bed.executions(incident).get(0);
        assertThat(row.verdict()).isEqualTo(Verdict.NOT_RECOVERED);
        assertThat(row.state()).isEqualTo(ExecutionState.COMPENSATED);
        assertThat(bed.platform.version("payment")).isEqualTo("1.4.3");
        assertThat(bed.platform.journal()).hasSize(2);
        assertThat(needsPerson(incident)).contains("A person is needed");
    }

    @Test
    void worse_isUndoneAtOnce() {
        long incident = bed.badDeploy();
        approveAndApply(incident);
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(60), 0.9);
        bed.turns(incident, 3);

        ExecutionRow row = bed.executions(incident).get(0);
        assertThat(row.verdict()).isEqualTo(Verdict.WORSENED);
        assertThat(row.state()).isEqualTo(ExecutionState.COMPENSATED);
    }

    @Test
    void withoutTelemetry_isInconclusiveAndKeepsTheState() {
        long incident = bed.badDeploy();
        approveAndApply(incident);
        bed.jdbc
                .sql("delete from rollup where start > clock_timestamp() - interval '20 seconds'")
                .update();
        bed.timePasses(Duration.ofMinutes(6));
        bed.turns(incident, 2);

        ExecutionRow row = bed.executions(incident).get(0);
        assertThat(row.state()).isEqualTo(ExecutionState.INCONCLUSIVE);
        assertThat(bed.platform.journal()).hasSize(1);
        assertThat(needsPerson(incident)).contains("Inconclusive");
    }

    /** Its signals are back, only their alarm has not ended yet: neither recovered nor to be taken back. */
    @Test
    void goodSignalsUnderAnAlarmThatStaysOpen_areInconclusiveAndNotTakenBack() {
        long incident = bed.badDeploy();
        approveAndApply(incident);
        bed.timePasses(Duration.ofSeconds(310));
        bed.measuredSince(Duration.ofSeconds(310), 0.01);
        bed.turn(incident);
        assertThat(bed.only(incident).state()).as("the end may arrive late").isEqualTo(ExecutionState.VERIFYING);
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(370), 0.01);
        bed.turn(incident);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.INCONCLUSIVE);
        assertThat(bed.platform.journal()).hasSize(1);
        assertThat(needsPerson(incident)).contains("1 original finding is still open");
    }

    @Test
    void aCrashedReplica_isNamedInThePlanAndInTheOrder() {
        bed.file("runbooks/restart-crashed.yaml", RESTART_CRASHED);
        long incident = bed.crash("payment-2-bb");
        bed.turn(incident);

        ExecutionRow row = bed.only(incident);
        assertThat(row.plan().title()).isEqualTo("Start payment-2-bb again");
        assertThat(row.plan().targets()).extracting(Target::instance).containsExactly("payment-2-bb");
        assertThat(row.plan().step(1).with()).containsEntry("instance", "payment-2-bb");
        assertThat(row.plan().diff())
                .extracting(line -> line.op() + line.text())
                .containsExactly(
                        "-payment-2-bb of payment has stopped", "+a fresh replica takes the place of payment-2-bb");
        assertThat(row.plan().preconditions()).allMatch(precondition -> precondition.held());

        bed.platform.state("payment", "payment-2-bb", "ready");
        bed.platform.state("payment", "payment-1-aa", "stopped");
        bed.turn(incident);
        assertThat(bed.executions(incident))
                .as("another replica is another target")
                .extracting(ExecutionRow::state)
                .containsExactly(ExecutionState.SUPERSEDED, ExecutionState.SUGGESTED);
    }

    @Test
    void severalCrashedReplicas_areAllNamed() {
        bed.file("runbooks/restart-crashed.yaml", RESTART_CRASHED);
        long incident = bed.crash("payment-1-aa", "payment-2-bb");
        bed.turn(incident);

        Plan plan = bed.only(incident).plan();
        assertThat(plan.title()).isEqualTo("Start payment-1-aa and payment-2-bb again");
        assertThat(plan.targets()).hasSize(2);
        assertThat(bed.only(incident).gate().outcome()).isEqualTo(GateOutcome.SUGGEST);
    }

    /** A signal that only settled on its new level did not recover. */
    @Test
    void aNewLevelIsNoRecovery() {
        long incident = bed.badDeploy();
        approveAndApply(incident);
        bed.findingsEnd(incident, "ACCEPTED_AS_NEW_LEVEL");
        bed.timePasses(Duration.ofMinutes(6));
        bed.measuredSince(Duration.ofMinutes(6), 0.01);
        bed.turns(incident, 2);

        assertThat(bed.executions(incident).get(0).verdict()).isEqualTo(Verdict.NOT_RECOVERED);
    }

    @Test
    void anotherSuspect_replacesThePlanNobodyApproved() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.jdbc.sql("""
                update incident set suspects = jsonb_set(suspects, '{0,cause}', '"MEMORY_LEAK"') where number = :n""").param("n", incident).update();
        bed.turn(incident);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.SUPERSEDED);
    }

    /** What lets us in stands in no plan, no record and no story. */
    @Test
    void secretsStandNowhere() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.platform.mood(FakePlatform.Mood.REFUSES);
        bed.approve(bed.only(incident), RepairBed.ADA);
        bed.turns(incident, 2);

        for (String table : List.of("audit", "execution", "execution_step", "timeline")) {
            String all = String.join(
                    "\n",
                    bed.jdbc
                            .sql("select t::text from " + table + " t")
                            .query(String.class)
                            .list());
            assertThat(all).isNotEmpty().doesNotContain(FakePlatform.TOKEN);
        }
    }

    private int audited(String... actions) {
        return bed.jdbc
                .sql("select count(*) from audit where action in (:actions)")
                .param("actions", List.of(actions))
                .query(Integer.class)
                .single();
    }

    private void approveAndApply(long incident) {
        bed.turn(incident);
        bed.approve(bed.only(incident), RepairBed.ADA);
        bed.turn(incident);
        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.VERIFYING);
    }

    private String needsPerson(long incident) {
        return bed.jdbc
                .sql("select coalesce(needs_person, '') from incident where number = :n")
                .param("n", incident)
                .query(String.class)
                .single();
    }
}
