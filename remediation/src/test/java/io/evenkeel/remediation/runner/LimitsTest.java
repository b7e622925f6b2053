package io.evenkeel.remediation.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.remediation.execution.ExecutionEvent;
import io.evenkeel.remediation.execution.ExecutionRow;
import io.evenkeel.remediation.execution.Move;
import io.evenkeel.remediation.execution.Notes;
import io.evenkeel.remediation.gate.ApprovalJudge;
import io.evenkeel.remediation.gate.Gate;
import io.evenkeel.remediation.gate.Person;
import io.evenkeel.remediation.postgres.PostgresLimits;
import io.evenkeel.remediation.postgres.PostgresStops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds repairs back: stops, limits, cooldown, repeats, and other repairs. */
class LimitsTest {
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
    void theSameTriggerAHundredTimesAtOnce_isOneExecution() throws Exception {
        long incident = bed.badDeploy();
        inParallel(IntStream.range(0, 100)
                .<Callable<Void>>mapToObj(i -> () -> {
                    bed.remediation().planner().look(incident);
                    return null;
                })
                .toList());

        assertThat(bed.executions(incident)).hasSize(1);
    }

    /** Limit 1 on one target, many at once: one begins, the others wait. */
    @Test
    void ofManyAtOnceOnTheSameTarget_oneBegins() throws Exception {
        List<ExecutionRow> ready = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long incident = bed.badDeploy();
            bed.remediation().planner().look(incident);
            ExecutionRow row = bed.only(incident);
            bed.approve(row, RepairBed.ADA);
            ExecutionRow claimed = bed.stores
                    .executions()
                    .claim(row.id(), "worker-" + i, Duration.ofMinutes(1))
                    .orElseThrow();
            ready.add(bed.stores.executions().move(claimed, Move.now(ExecutionEvent.CHECK_STARTED, "", note())));
        }
        List<PostgresLimits.Begin> begins = inParallel(ready.stream()
                .<Callable<PostgresLimits.Begin>>map(row -> () -> bed.stores
                        .limits()
                        .begin(
                                row,
                                Duration.ofMinutes(5),
                                Gate.REPEATS,
                                Move.now(ExecutionEvent.CHECKS_PASSED, "", note())))
                .toList());

        assertThat(begins)
                .filteredOn(PostgresLimits.Begin.Begun.class::isInstance)
                .hasSize(1);
        assertThat(begins)
                .filteredOn(PostgresLimits.Begin.Locked.class::isInstance)
                .hasSize(19);
    }

    @Test
    void aStopBeforeTheBegin_cancelsAndIsAskedAnewAfterTheRelease() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.approve(bed.only(incident), RepairBed.ADA);
        bed.stores.stops().engage("global", "ada", "looks odd");
        bed.turns(incident, 2);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.CANCELLED);
        assertThat(bed.executions(incident).get(1).state()).isEqualTo(ExecutionState.DENIED);
        assertThat(bed.platform.journal()).isEmpty();

        assertThat(bed.stores.stops().release("global", "ada")).isEqualTo(PostgresStops.Release.ASKED);
        assertThat(bed.stores.stops().release("global", "ada")).isEqualTo(PostgresStops.Release.SAME_PERSON);
        assertThat(bed.stores.stops().release("global", "bob")).isEqualTo(PostgresStops.Release.RELEASED);
        bed.turn(incident);
        assertThat(bed.executions(incident).get(1).state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
    }

    @Test
    void aStopOfAnotherEnvironment_stopsNothingHere() {
        bed.stores.stops().engage("env:prod", "ada", "");
        long incident = bed.hang();
        bed.turn(incident);

        assertThat(bed.platform.journal()).hasSize(1);
    }

    @Test
    void theLocalStopFile_stopsToo() throws IOException {
        Files.createFile(bed.stopFile);
        long incident = bed.hang();
        bed.turns(incident, 2);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.DENIED);
        assertThat(bed.platform.journal()).isEmpty();

        Files.delete(bed.stopFile);
        bed.turn(incident);
        assertThat(bed.platform.journal()).hasSize(1);
    }

    /** Engaged in the moment between the start and the intent: read in the intent's own transaction. */
    @Test
    void aStopWhileRunning_haltsAndNothingIsSent() {
        long incident = bed.hang();
        bed.remediation().planner().look(incident);
        ExecutionRow row = bed.stores
                .executions()
                .claim(bed.only(incident).id(), "slow", Duration.ofSeconds(20))
                .orElseThrow();
        row = bed.stores.executions().move(row, Move.now(ExecutionEvent.CHECK_STARTED, "", note()));
        bed.stores
                .limits()
                .begin(row, Duration.ofMinutes(5), Gate.REPEATS, Move.now(ExecutionEvent.CHECKS_PASSED, "", note()));
        bed.stores.stops().engage("global", "ada", "");
        bed.timePasses(Duration.ofSeconds(30));
        bed.turn(incident);

        assertThat(bed.executions(incident).get(0).state()).isEqualTo(ExecutionState.HALTED);
        assertThat(bed.platform.journal()).isEmpty();
    }

    @Test
    void afterARun_itRestsAlsoForTheNextIncident() {
        long first = bed.hang();
        bed.turn(first);
        recover(first);
        bed.jdbc
                .sql("update incident set state = 'RESOLVED' where number = :n")
                .param("n", first)
                .update();
        long second = bed.hang();
        bed.turn(second);

        assertThat(bed.only(second).state()).isEqualTo(ExecutionState.DENIED);
        assertThat(bed.only(second).stateText()).contains("cooldown 2 min");
        bed.timePasses(Duration.ofMinutes(3));
        bed.turn(second);
        assertThat(bed.platform.journal()).hasSize(2);
    }

    @Test
    void afterTwoRunsThatDidNotHelp_aPersonMustLook() {
        long incident = bed.hang();
        for (int i = 0; i < 4; i++) {
            bed.platform.state("catalog", "catalog-2-7f3a", "hung");
            bed.turn(incident);
            bed.timePasses(Duration.ofMinutes(6));
            bed.measuredSince(Duration.ofMinutes(6), 0.5);
            bed.turns(incident, 2);
            bed.timePasses(Duration.ofMinutes(10));
            bed.measuredSince(Duration.ofMinutes(2), 0.5);
        }

        assertThat(bed.platform.journal()).hasSize(2);
        List<ExecutionRow> rows = bed.executions(incident);
        assertThat(rows.get(rows.size() - 1).state()).isEqualTo(ExecutionState.DENIED);
        assertThat(bed.jdbc
                        .sql("select needs_person from incident where number = :n")
                        .param("n", incident)
                        .query(String.class)
                        .single())
                .contains("blocked");
    }

    @Test
    void aQuorumOfTwo_takesTwoDifferentPeople() {
        bed.file("policy.yaml", bed.fileText("policy.yaml").replace("quorum: 1", "quorum: 2"));
        long incident = bed.badDeploy();
        bed.turn(incident);
        ExecutionRow row = bed.only(incident);

        assertThat(bed.approve(row, RepairBed.ADA).answer()).isEqualTo(ApprovalJudge.Answer.COUNTED);
        assertThat(bed.approve(row, RepairBed.ADA).answer()).isEqualTo(ApprovalJudge.Answer.COUNTED);
        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.AWAITING_APPROVAL);
        assertThat(bed.approve(row, new Person("ci", "admin", true)).answer())
                .isEqualTo(ApprovalJudge.Answer.FORBIDDEN);
        assertThat(bed.approve(row, RepairBed.BOB).answer()).isEqualTo(ApprovalJudge.Answer.ACCEPTED);
    }

    @Test
    void blindness_startsNothing() {
        long incident = bed.hang();
        bed.jdbc
                .sql("update data_arrival set newest = newest - interval '5 minutes'")
                .update();
        bed.remediation().planner().look(incident);

        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.DENIED);
        assertThat(bed.only(incident).stateText()).contains("no step starts blind");
    }

    /** What was approved while there was telemetry does not begin without it. */
    @Test
    void blindnessAfterTheApproval_startsNothing() {
        long incident = bed.badDeploy();
        bed.turn(incident);
        bed.approve(bed.only(incident), RepairBed.ADA);
        bed.jdbc
                .sql("update data_arrival set newest = newest - interval '5 minutes'")
                .update();
        bed.turn(incident);

        assertThat(bed.platform.journal()).isEmpty();
        assertThat(bed.executions(incident).get(0).stateText()).contains("no step starts blind");
    }

    private void recover(long incident) {
        bed.timePasses(Duration.ofSeconds(60));
        bed.measuredSince(Duration.ofSeconds(60), 0.01);
        bed.findingsEnd(incident, "RETURNED");
        bed.turns(incident, 2);
        assertThat(bed.only(incident).state()).isEqualTo(ExecutionState.RECOVERED);
    }

    private static Notes note() {
        return Notes.of("evenkeel", "test", Map.of());
    }

    private static <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(work)) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
