package io.evenkeel.correlation.flink;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Feedback;
import io.evenkeel.wire.event.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The thin function under Flink's operator harness: what survives a restore, and what a replay may and may not change. */
class CorrelationFunctionTest {
    private static final long NOON_MILLIS = NOON.toEpochMilli();

    @Test
    void sendsAnIncidentInTheMomentUsersAreKnownToSuffer() throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            assertThat(sent(job)).singleElement().satisfies(incident -> {
                assertThat(incident.title()).isEqualTo("front fails for 50 % of requests");
                assertThat(incident.epoch()).isEqualTo(1);
                assertThat(incident.sequence()).isEqualTo(1);
            });
        }
    }

    @Test
    void takesADuplicateForWhatItIs() throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            Finding finding = errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12));
            for (int i = 0; i < 5; i++) {
                send(job, Topics.FINDINGS, finding);
            }
            at(job, 15);
            assertThat(sent(job)).hasSize(1);
        }
    }

    @Test
    void saysOpenIncidentsAgainUnderTheNewEpochAfterARestore() throws Exception {
        OperatorSubtaskState snapshot;
        Incident before;
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            before = sent(job).get(0);
            snapshot = job.snapshot(1, NOON_MILLIS);
        }
        try (var job = job(2, snapshot)) {
            at(job, 60);
            Incident again = sent(job).get(0);
            assertThat(again.id()).isEqualTo(before.id());
            assertThat(again.epoch()).isEqualTo(2);
            assertThat(again.supersedes(before)).isTrue();
            assertThat(again.openedAt()).isEqualTo(before.openedAt());

            Finding closed = errors(FRONT, 0, 0)
                    .version(NOON, NOON.plusSeconds(61), NOON.plusSeconds(61), FindingEnding.RETURNED, 2);
            at(job, 61);
            send(job, Topics.FINDINGS, closed);
            at(job, 64);
            List<Incident> all = sent(job);
            assertThat(all.get(all.size() - 1).closedAt()).isNotNull();
        }
    }

    /** Checkpoint, then more findings, then a crash: the replay of those findings leads to the same incident. */
    @Test
    void replayAfterARestoreLeadsToTheSameIncident() throws Exception {
        Finding first = errors(PAYMENT, 0.5, 5).open(NOON, NOON.plusSeconds(12));
        Finding second = errors(FRONT, 0.12, 5).open(NOON.plusSeconds(2), NOON.plusSeconds(14));
        OperatorSubtaskState snapshot;
        String lost;
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, first);
            snapshot = job.snapshot(1, NOON_MILLIS);
            at(job, 14);
            send(job, Topics.FINDINGS, second);
            lost = sent(job).get(0).id();
        }
        try (var job = job(2, snapshot)) {
            at(job, 40);
            send(job, Topics.FINDINGS, second);
            send(job, Topics.FINDINGS, first);
            at(job, 45);
            assertThat(sent(job)).extracting(Incident::id).containsOnly(lost);
        }
    }

    /** State lost altogether: what the earlier epoch sent is read back and closed, unless it is found again. */
    @Test
    void closesIncidentsOfAnEarlierEpochThatAreNotFoundAgain() throws Exception {
        Incident old;
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            old = sent(job).get(0);
        }
        try (var job = job(2, null)) {
            at(job, 60);
            send(job, Topics.INCIDENTS, old);
            at(job, 170);
            assertThat(sent(job)).isEmpty();
            at(job, 182);
            assertThat(sent(job)).singleElement().satisfies(closed -> {
                assertThat(closed.id()).isEqualTo(old.id());
                assertThat(closed.supersededBy()).isEmpty();
                assertThat(closed.closedAt()).isNotNull();
                assertThat(closed.supersedes(old)).isTrue();
            });
        }
        try (var job = job(3, null)) {
            topology(job);
            at(job, 60);
            send(job, Topics.INCIDENTS, old);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(60)));
            at(job, 200);
            assertThat(sent(job)).allSatisfy(incident -> {
                assertThat(incident.id()).isEqualTo(old.id());
                assertThat(incident.supersededBy()).isNull();
            });
        }
    }

    /** Peers come and go with every address; a call that has long ended must not decide who faces users. */
    @Test
    void forgetsCallsThatHaveEnded() throws Exception {
        OperatorSubtaskState snapshot;
        try (var job = job(1, null)) {
            send(job, Topics.TOPOLOGY, edge(service("retired"), FRONT, 10));
            topology(job);
            snapshot = job.snapshot(1, NOON_MILLIS);
        }
        try (var job = job(2, snapshot)) {
            Instant later = NOON.plus(Duration.ofDays(9));
            job.setProcessingTime(later.toEpochMilli());
            CallEdge seen = edge(FRONT, CATALOG, 30);
            send(
                    job,
                    Topics.TOPOLOGY,
                    new CallEdge(seen.caller(), seen.callee(), seen.protocol(), seen.callsPerSecond(), later));
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(later, later));
            assertThat(sent(job)).singleElement().satisfies(incident -> {
                assertThat(incident.pages()).isTrue();
                assertThat(incident.edges()).extracting(CallEdge::id).containsExactly(seen.id());
            });
        }
    }

    @Test
    void theCatalogueDecidesWhoFacesUsers() throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            job.processBroadcastElement(
                    new EnvironmentEvent(
                            "",
                            Topics.CONFIG,
                            EventJson.write(new CatalogueConfig(
                                    "hash",
                                    List.of(
                                            new CatalogueConfig.CataloguedService(FRONT.id(), 1, "", false),
                                            new CatalogueConfig.CataloguedService(CATALOG.id(), 1, "", true)),
                                    List.of()))),
                    NOON_MILLIS);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(CATALOG, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            assertThat(sent(job))
                    .singleElement()
                    .satisfies(incident -> assertThat(incident.pages()).isTrue());
        }
    }

    @Test
    void aFalseAlarmClosesTheIncidentAndKeepsItsFindingsQuiet() throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            String id = sent(job).get(0).id();
            at(job, 20);
            job.processBroadcastElement(
                    new EnvironmentEvent(
                            "",
                            Topics.FEEDBACK,
                            EventJson.write(new Feedback(
                                    "f1", id, Feedback.Verdict.FALSE_ALARM, "", "kim", NOON.plusSeconds(20)))),
                    NOON_MILLIS);
            at(job, 60);
            Finding later = errors(FRONT, 0.5, 21).version(NOON, NOON.plusSeconds(60), null, null, 2);
            send(job, Topics.FINDINGS, later);
            at(job, 90);
            List<Incident> all = sent(job);
            assertThat(all).extracting(Incident::id).containsOnly(id);
            assertThat(all.get(all.size() - 1).closedAt()).isNotNull();
            assertThat(all.get(all.size() - 1).pages()).isFalse();
        }
    }

    @Test
    void environmentsNeverMix() throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            at(job, 12);
            send(job, Topics.FINDINGS, errors(FRONT, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            var elsewhere = new io.evenkeel.domain.telemetry.ServiceKey("staging", "shop", "front");
            send(job, Topics.FINDINGS, errors(elsewhere, 0.5, 20).open(NOON, NOON.plusSeconds(12)));
            at(job, 20);
            assertThat(sent(job)).extracting(Incident::environment).contains("demo", "staging");
            assertThat(sent(job))
                    .allSatisfy(incident -> assertThat(incident.members())
                            .allSatisfy(member -> assertThat(
                                            member.signal().service().environment())
                                    .isEqualTo(incident.environment())));
        }
    }

    /** State written by v0.1.0 must be understood by every later version: the incident goes on where it stood. */
    @Test
    void goesOnFromTheGoldenSnapshot() throws Exception {
        String golden = Path.of(CorrelationFunctionTest.class
                        .getResource("/golden/correlate-v1.snapshot")
                        .toURI())
                .toString();
        try (var job = job(2, OperatorSnapshotUtil.readStateHandle(golden))) {
            at(job, 30);
            send(
                    job,
                    Topics.FINDINGS,
                    operationErrors(FRONT, "POST /checkout", 0.48, 5).open(NOON.plusSeconds(2), NOON.plusSeconds(30)));
            at(job, 33);
            List<Incident> all = sent(job);
            Incident latest = all.get(all.size() - 1);
            assertThat(latest.title()).isEqualTo("POST /checkout fails for 48 % of requests");
            assertThat(latest.suspects().get(0).service()).isEqualTo(PAYMENT);
            assertThat(latest.suspects().get(0).cause()).hasToString("BAD_DEPLOY");
            assertThat(latest.openedAt()).isEqualTo(NOON.plusSeconds(14));
            assertThat(latest.members()).hasSize(3);
        }
    }

    /** Run once per state format, never again for it: {@code main FILE}. */
    public static void main(String[] args) throws Exception {
        try (var job = job(1, null)) {
            topology(job);
            at(job, 10);
            send(job, Topics.CHANGES, deploy(PAYMENT, "4.12.0", NOON.minusSeconds(48)));
            at(job, 12);
            send(job, Topics.FINDINGS, errors(PAYMENT, 0.5, 5).open(NOON, NOON.plusSeconds(12)));
            at(job, 14);
            send(job, Topics.FINDINGS, errors(FRONT, 0.12, 5).open(NOON.plusSeconds(2), NOON.plusSeconds(14)));
            OperatorSnapshotUtil.writeStateHandle(job.snapshot(1, NOON_MILLIS), args[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {RawEvent.class, EnvironmentEvent.class, SentIncident.class})
    void whatTravelsInTheJobNeedsNoKryo(Class<?> type) {
        assertThat(TypeInformation.of(type)).isInstanceOfSatisfying(PojoTypeInfo.class, info -> {
            for (int i = 0; i < info.getArity(); i++) {
                assertThat(info.getTypeAt(i).getClass().getSimpleName()).isNotEqualTo("GenericTypeInfo");
            }
        });
    }

    private static KeyedBroadcastOperatorTestHarness<String, EnvironmentEvent, EnvironmentEvent, SentIncident> job(
            long epoch, OperatorSubtaskState snapshot) throws Exception {
        var harness = new KeyedBroadcastOperatorTestHarness<String, EnvironmentEvent, EnvironmentEvent, SentIncident>(
                new CoBroadcastWithKeyedOperator<>(
                        new CorrelationFunction(epoch), List.of(CorrelationFunction.CATALOGUE)),
                EnvironmentEvent::environment,
                Types.STRING,
                128,
                1,
                0);
        harness.setup();
        if (snapshot != null) {
            harness.initializeState(snapshot);
        }
        harness.open();
        harness.setProcessingTime(NOON_MILLIS);
        return harness;
    }

    private static void topology(KeyedBroadcastOperatorTestHarness<String, EnvironmentEvent, ?, ?> job)
            throws Exception {
        for (CallEdge edge : shop()) {
            send(job, Topics.TOPOLOGY, edge);
        }
    }

    private static void send(
            KeyedBroadcastOperatorTestHarness<String, EnvironmentEvent, ?, ?> job, String topic, Object event)
            throws Exception {
        String environment =
                event instanceof Finding finding ? finding.signal().service().environment() : FRONT.environment();
        job.processElement(new EnvironmentEvent(environment, topic, EventJson.write(event)), NOON_MILLIS);
    }

    private static void at(KeyedBroadcastOperatorTestHarness<?, ?, ?, ?> job, int seconds) throws Exception {
        long from = job.getProcessingTime();
        for (long time = from + 1000; time < NOON_MILLIS + seconds * 1000L; time += 1000) {
            job.setProcessingTime(time);
        }
        job.setProcessingTime(NOON_MILLIS + seconds * 1000L);
    }

    private static List<Incident> sent(KeyedBroadcastOperatorTestHarness<?, ?, ?, SentIncident> job) {
        List<Incident> incidents = new ArrayList<>();
        job.extractOutputValues().forEach(sent -> incidents.add(EventJson.read(sent.json(), Incident.class)));
        return incidents;
    }
}
