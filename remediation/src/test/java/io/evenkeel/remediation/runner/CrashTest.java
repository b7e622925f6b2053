package io.evenkeel.remediation.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.StepState;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.LeaseLostException;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.gate.ApprovalJudge;
import io.evenkeel.remediation.gate.Gate;
import io.evenkeel.remediation.postgres.PostgresLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever dies between two writes, the platform's own journal shows each effect once, and it is verified. */
class CrashTest {
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

    /** The process is gone: nothing after this point of its code ever runs. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(strings = {FaultPoints.AFTER_INTENT, FaultPoints.AFTER_EFFECT, FaultPoints.BEFORE_VERIFY})
    void killedAnywhere_actsOnceAndIsVerified(String place) {
        long incident = approved();
        dieAt(place);
        bed.restart();
        bed.turns(incident, 2);
        recover(incident);

        assertThat(bed.platform.journal()).containsExactly("rollback payment {\"toVersion\":\"1.4.2\"}");
        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(bed.stores.audit().verify().holds()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {FaultPoints.BEFORE_UNDO, FaultPoints.AFTER_UNDO})
    void killedWhileUndoing_undoesOnce(String place) {
        long incident = approved();
        bed.turn(incident);
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(60), 0.9);
        dieAt(place);
        bed.restart();
        bed.turns(incident, 3);

        assertThat(bed.platform.journal())
                .containsExactly(
                        "rollback payment {\"toVersion\":\"1.4.2\"}", "deploy payment {\"version\":\"1.4.3\"}");
        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.COMPENSATED);
    }

    @Test
    void anEffectWhoseAnswerNeverComes_isLookedUpAndNotSentAgain() {
        long incident = approved();
        bed.platform.mood(FakePlatform.Mood.APPLIES_THEN_HANGS);
        bed.turn(incident);
        assertThat(bed.stores.steps().of(bed.only(incident).id()).get(0).state())
                .isEqualTo(StepState.UNKNOWN);
        bed.platform.mood(FakePlatform.Mood.WELL);
        bed.turns(incident, 2);
        recover(incident);

        assertThat(bed.platform.journal()).hasSize(1);
        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.RECOVERED);
    }

    /** Each of these may or may not have done it; only looking tells. */
    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "LOSES_ORDERS"})
    void anOrderThatWasCertainlyNotTaken_isSentAgainUnderTheSameToken(FakePlatform.Mood mood) {
        long incident = approved();
        bed.platform.mood(mood);
        bed.turn(incident);
        assertThat(bed.platform.journal()).isEmpty();
        bed.platform.mood(FakePlatform.Mood.WELL);
        bed.turns(incident, 4);
        recover(incident);

        assertThat(bed.platform.journal()).hasSize(1);
        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void whatNobodyCanFindOut_goesToAPersonAndIsNeverSentAgain() {
        long incident = approved();
        bed.platform.mood(FakePlatform.Mood.APPLIES_THEN_HANGS);
        bed.platform.blind(true);
        bed.turn(incident);
        bed.platform.mood(FakePlatform.Mood.WELL);
        bed.turns(incident, 2);
        bed.timePasses(Duration.ofMinutes(2));
        bed.turns(incident, 2);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.INCONCLUSIVE);
        assertThat(bed.only(incident).stateText()).contains("Nobody knows whether roll-back happened");
        assertThat(bed.platform.journal()).hasSize(1);
    }

    @Test
    void anOrderThatTakesItsTime_isWaitedFor() {
        long incident = approved();
        bed.platform.mood(FakePlatform.Mood.STAYS_RUNNING);
        bed.turns(incident, 3);
        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.RUNNING);
        bed.platform.finishRunning();
        bed.turns(incident, 2);
        recover(incident);

        assertThat(bed.platform.journal()).hasSize(1);
        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.RECOVERED);
    }

    /** Half a rollout may be there: what was before is put back, and a person is told. */
    @Test
    void anOrderThatFailed_isTakenBack() {
        long incident = approved();
        bed.platform.mood(FakePlatform.Mood.FAILS);
        bed.turn(incident);
        bed.platform.mood(FakePlatform.Mood.WELL);
        bed.turns(incident, 2);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.COMPENSATED);
        assertThat(bed.platform.version("payment")).isEqualTo("1.4.3");
    }

    /** A worker that was stopped past its lease wakes up: what it wants to write is refused, and it must not act. */
    @Test
    void aPausedWorker_isFencedOff() {
        long incident = approved();
        ExecutionRow row = bed.only(incident);
        ExecutionRow paused = bed.stores
                .executions()
                .claim(row.id(), "paused", Duration.ofSeconds(20))
                .orElseThrow();
        bed.timePasses(Duration.ofSeconds(30));
        ExecutionRow taken = bed.stores
                .executions()
                .claim(row.id(), "other", Duration.ofSeconds(20))
                .orElseThrow();

        assertThat(taken.leaseEpoch()).isGreaterThan(paused.leaseEpoch());
        assertThatThrownBy(() -> bed.stores
                        .executions()
                        .move(paused, Move.now(ExecutionEvent.CHECK_STARTED, "", Notes.of("evenkeel", "x", Map.of()))))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> bed.stores.executions().renew(paused, Duration.ofSeconds(20)))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> bed.stores
                        .steps()
                        .intend(
                                paused,
                                bed.stores.steps().of(row.id()).get(0),
                                "supervisor.rollback",
                                "supervisor",
                                Map.of()))
                .isInstanceOf(LeaseLostException.class);
    }

    /** A person called it off while the worker was looking at the target: the lease is still the worker's. */
    @Test
    void aRunThatAPersonCancelled_letsNoEffectFollow() {
        long incident = approved();
        ExecutionRow running = running(incident);
        assertThat(bed.stores
                        .approvals()
                        .cancel(running.id(), RepairBed.BOB, "wait")
                        .orElseThrow()
                        .answer())
                .isEqualTo(ApprovalJudge.Answer.ENDED);

        assertThatThrownBy(() -> bed.stores
                        .steps()
                        .intend(
                                running,
                                bed.stores.steps().of(running.id()).get(0),
                                "supervisor.rollback",
                                "supervisor",
                                Map.of()))
                .isInstanceOf(LeaseLostException.class);
        bed.stores.executions().say(running, "Acting");
        bed.timePasses(Duration.ofMinutes(5));
        bed.turns(incident, 3);
        assertThat(bed.only(incident).state())
                .as("a person's no ends it for this incident")
                .isEqualTo(ExecutionState.HALTED);
        assertThat(bed.only(incident).stateText()).isEqualTo("Cancelled by bob: wait");
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void aStopWhileTheProcessIsDown_holdsBackWhatWasIntended() {
        long incident = approved();
        dieAt(FaultPoints.AFTER_INTENT);
        bed.stores.stops().engage("global", "ada", "looks odd");
        bed.restart();
        bed.turn(incident);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.HALTED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void anIncidentThatEndedWhileTheProcessWasDown_isNotActedOn() {
        long incident = approved();
        dieAt(FaultPoints.AFTER_INTENT);
        bed.jdbc
                .sql("update incident set state = 'RESOLVED' where number = :n")
                .param("n", incident)
                .update();
        bed.restart();
        bed.turn(incident);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.HALTED);
        assertThat(bed.only(incident).stateText()).contains("is resolved by now");
        assertThat(bed.platform.journal()).isEmpty();
        assertThat(bed.jdbc
                        .sql("select count(*) from incident where needs_person is not null")
                        .query(Long.class)
                        .single())
                .as("nothing was done, so nobody must look")
                .isZero();
    }

    /** What was checked that long ago would meet a world that nobody looked at. */
    @Test
    void anIntentThatWasNotSentInTime_isNotSentAnyMore() {
        long incident = approved();
        dieAt(FaultPoints.AFTER_INTENT);
        bed.restart();
        bed.timePasses(Duration.ofMinutes(2));
        bed.turn(incident);

        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.NOT_RECOVERED);
        assertThat(bed.only(incident).state())
                .as("nothing was sent, so nothing is taken back")
                .isEqualTo(ExecutionState.NOT_RECOVERED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    /** It was looked up for ever, and held its target for ever. */
    @Test
    void anOrderThatIsKnownToBeLostWhenItsTimeIsUp_ends() {
        long incident = approved();
        bed.platform.mood(FakePlatform.Mood.LOSES_ORDERS);
        bed.turn(incident);
        bed.platform.mood(FakePlatform.Mood.WELL);
        bed.timePasses(Duration.ofMinutes(2));
        bed.turns(incident, 3);

        assertThat(bed.only(incident).verdict()).isEqualTo(Verdict.NOT_RECOVERED);
        assertThat(bed.only(incident).endedAt()).isNotNull();
        assertThat(bed.platform.journal()).isEmpty();
    }

    /** Claimed, checked and begun; nothing intended yet. */
    private ExecutionRow running(long incident) {
        ExecutionRow row = bed.stores
                .executions()
                .claim(bed.only(incident).id(), "slow", Duration.ofSeconds(20))
                .orElseThrow();
        Notes notes = Notes.of("evenkeel", "test", Map.of());
        ExecutionRow checked = bed.stores.executions().move(row, Move.now(ExecutionEvent.CHECK_STARTED, "", notes));
        return ((PostgresLimits.Begin.Begun) bed.stores
                        .limits()
                        .begin(
                                checked,
                                Duration.ofMinutes(5),
                                Gate.REPEATS,
                                Move.now(ExecutionEvent.CHECKS_PASSED, "", notes)))
                .row();
    }

    private long approved() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.approve(bed.only(incident), RepairBed.ADA);
        return incident;
    }

    private void dieAt(String place) {
        Remediation dying = bed.engine(at -> {
            if (at.equals(place)) {
                throw new Crash();
            }
        });
        assertThatThrownBy(() -> {
                    while (dying.runner().driveOne()) {}
                })
                .isInstanceOf(Crash.class);
    }

    private void recover(long incident) {
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(60), 0.01);
        bed.findingsEnd(incident, "RETURNED");
        bed.turns(incident, 2);
    }
}
