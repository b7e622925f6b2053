package io.evenkeel.correlation;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Severity;
import io.evenkeel.domain.incident.Suspect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recorded kinds of trouble as timelines: what was found when, and what an on-call person must then have been told. */
class StoriesTest {
    @Test
    void badDeployOfPayment_isOneIncidentWithItsVersionAsCause() {
        Timeline story = badDeploy();
        Incident incident = story.incident();

        assertThat(incident.title()).isEqualTo("POST /checkout fails for 48 % of requests");
        assertThat(incident.severity()).isEqualTo(Severity.SEV1);
        assertThat(incident.pages()).isTrue();
        Suspect cause = incident.suspects().get(0);
        assertThat(cause.service()).isEqualTo(PAYMENT);
        assertThat(cause.cause()).isEqualTo(CauseKind.BAD_DEPLOY);
        assertThat(cause.confidence()).isBetween(0.85, 0.97);
        assertThat(cause.calibrated()).isFalse();
        assertThat(cause.text())
                .isEqualTo(
                        "Version 4.12.0 came 48 s before the onset; its own errors explain 98 % of the failed requests.");
        assertThat(cause.evidence()).extracting("signal").startsWith("own errors", "change");
        assertThat(incident.suspects())
                .filteredOn(Suspect::suffers)
                .extracting(Suspect::text)
                .containsExactlyInAnyOrder(
                        "Its errors are all explained by payment. It suffers.",
                        "Its errors are all explained by payment. It suffers.");
        assertThat(incident.changes()).extracting("toVersion").containsExactly("4.12.0");
        assertThat(incident.members())
                .filteredOn(member -> member.role() == MemberRole.CAUSE)
                .extracting(member -> member.signal().id())
                .contains(errors(PAYMENT, 0, 0).signal().id());
    }

    private static Timeline badDeploy() {
        return Timeline.shop()
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(48)))
                .at(12)
                .found(edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), 0)
                .at(12.5)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .at(13)
                .found(errors(CHECKOUT, 0.48, 4.8), 1)
                .at(14)
                .found(edgeErrors(FRONT, CHECKOUT, 0.48, 4.8).errorType("500"), 2)
                .at(15)
                .found(errors(FRONT, 0.12, 4.9), 2)
                .at(15.2)
                .found(operationErrors(FRONT, "POST /checkout", 0.48, 4.8), 2)
                .at(20);
    }

    @Test
    void theFirstVersionIsOutFiveSecondsAfterUsersAreKnownToSuffer() {
        Timeline story = badDeploy();
        Incident paging =
                story.sent().stream().filter(Incident::pages).findFirst().orElseThrow();
        assertThat(Duration.between(NOON.plusSeconds(15), paging.updatedAt()))
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(paging.suspects().get(0).service()).isEqualTo(PAYMENT);
    }

    @Test
    void hungReplica_isNamedByItsInstance() {
        Timeline story = Timeline.shop()
                .changed(deploy(CATALOG, "1.9.0", NOON.minusSeconds(400)))
                .at(12)
                .found(edgeSlow(FRONT, CATALOG, 2.1, 30), 2)
                .found(edgeErrors(FRONT, CATALOG, 0.5, 15).errorType("java.net.http.HttpTimeoutException"), 2)
                .at(13)
                .found(errors(FRONT, 0.36, 15), 3)
                .found(slow(FRONT, 2.1, 30), 3)
                .at(20);
        // Nobody told which of its addresses fail: it may be the way to it as well.
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.UNKNOWN);
        assertThat(story.incident().suspects().get(0).confidence()).isLessThan(0.5);

        story.at(32).found(silence(CATALOG, "catalog-2-7f3a", 2), -3).at(35);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.service()).isEqualTo(CATALOG);
        assertThat(cause.cause()).isEqualTo(CauseKind.HANG);
        assertThat(cause.instance()).isEqualTo("catalog-2-7f3a");
        assertThat(cause.confidence()).isGreaterThan(0.8);
        assertThat(cause.text()).contains("Replica catalog-2-7f3a has sent nothing", "it hangs");
    }

    @Test
    void crashedReplica_isTellableFromAHungOneByRefusals() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(edgeErrors(FRONT, CATALOG, 0.5, 15).errorType("java.net.ConnectException"), 2)
                .found(errors(FRONT, 0.36, 15), 3)
                .at(30)
                .found(silence(CATALOG, "catalog-1-aa", 1), 1)
                .at(32);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.cause()).isEqualTo(CauseKind.CRASH);
        assertThat(cause.instance()).isEqualTo("catalog-1-aa");
        assertThat(cause.confidence()).isGreaterThan(0.8);
    }

    @Test
    void slowWayToAWellCallee_isNetwork() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(edgeSlow(CHECKOUT, PAYMENT, 1.2, 10), 0)
                .found(slow(CHECKOUT, 1.3, 10), 1)
                .at(15)
                .found(edgeSlow(FRONT, CHECKOUT, 1.3, 10), 1)
                .found(slow(FRONT, 1.1, 10), 2)
                .at(80);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.service()).isEqualTo(PAYMENT);
        assertThat(cause.cause()).isEqualTo(CauseKind.NETWORK);
        assertThat(story.incident().title())
                .isEqualTo("front answers slowly: 95th percentile 1.1 s, usually under 0.2 s");
        assertThat(cause.text()).contains("Calls from checkout to it take 1.1 s longer");
    }

    @Test
    void starvedService_isCpu() {
        Timeline story = Timeline.shop()
                .at(5)
                .found(gauge(CATALOG, "jvm.cpu.recent_utilization", 0.98, 0.2), 1)
                .at(12)
                .found(slow(CATALOG, 0.9, 20), 0)
                .found(edgeSlow(FRONT, CATALOG, 1.0, 24), 1)
                .found(slow(FRONT, 0.9, 24), 1)
                .at(16);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.service()).isEqualTo(CATALOG);
        assertThat(cause.cause()).isEqualTo(CauseKind.CPU);
        assertThat(cause.text())
                .startsWith("jvm.cpu.recent_utilization is 0.98, usually under 0.3; its own time explains");
        assertThat(story.incident().members())
                .filteredOn(member -> member.role() == MemberRole.EVIDENCE)
                .hasSize(1);
    }

    @Test
    void starvedServiceWhoseOwnViewLooksFine_isStillCpu() {
        Timeline story = Timeline.shop()
                .at(5)
                .found(gauge(CATALOG, "jvm.cpu.recent_utilization", 0.98, 0.2), 1)
                .at(12)
                .found(edgeSlow(FRONT, CATALOG, 1.0, 24), 1)
                .found(slow(FRONT, 0.9, 24), 1)
                .at(16);
        assertThat(story.incident().suspects().get(0).service()).isEqualTo(CATALOG);
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.CPU);
    }

    /** Nobody with telemetry calls the front: the requests that stay away are the only complaint. */
    @Test
    void hungReplicaOfTheFront_isSeenByTheRequestsThatStayAway() {
        Timeline story = Timeline.shop()
                .at(30)
                .found(silence(FRONT, "front-1-aa", 1), 0)
                .at(40)
                .found(rate(FRONT, 10, 40), 5)
                .at(45);
        assertThat(story.incident().title()).isEqualTo("front gets 75 % fewer requests than usual");
        assertThat(story.incident().pages()).isTrue();
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.HANG);
        assertThat(story.incident().suspects().get(0).instance()).isEqualTo("front-1-aa");
    }

    @Test
    void databaseWithoutTelemetry_isADependencyAtHalfWeight() {
        var database = new io.evenkeel.domain.telemetry.ServiceKey("demo", "_remote", "inventory-db:5432");
        List<io.evenkeel.domain.topology.CallEdge> edges = new java.util.ArrayList<>(shop());
        edges.add(new io.evenkeel.domain.topology.CallEdge(INVENTORY, database, "db", 20, NOON));
        Timeline story = new Timeline(edges)
                .at(12)
                .found(edgeSlow(INVENTORY, database, 1.5, 15), 0)
                .found(slow(INVENTORY, 1.6, 16), 1)
                .found(slow(CHECKOUT, 1.7, 16), 2)
                .found(slow(FRONT, 1.2, 16), 2)
                .at(20);
        assertThat(story.incident().suspects().get(0).service()).isEqualTo(database);
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.DEPENDENCY);
        assertThat(story.incident().suspects()).filteredOn(Suspect::suffers).hasSize(3);
    }

    @Test
    void nothingArrivesFromTheEnvironment_pagesAndSaysSo() {
        var own = new io.evenkeel.domain.telemetry.ServiceKey("demo", "_evenkeel", "telemetry");
        Timeline story = Timeline.shop().at(30).found(blindness(own), 0).at(31);
        assertThat(story.incident().title()).isEqualTo("No telemetry arrives from demo any more");
        assertThat(story.incident().pages()).isTrue();
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.TELEMETRY);
    }

    /** A deploy is innocent until something of its own goes wrong. */
    @Test
    void deployAlone_opensNothing() {
        Timeline story = Timeline.shop()
                .changed(deploy(CATALOG, "2.0.0", NOON))
                .at(20)
                .found(silence(CATALOG, "catalog-1-old", 1), 5)
                .at(24)
                .found(slow(CATALOG, 0.5, 3), 10)
                .found(slow(FRONT, 0.4, 3), 12)
                .found(gauge(CATALOG, "jvm.cpu.recent_utilization", 0.9, 0.2), 8)
                .at(45)
                .closed(slow(CATALOG, 0.1, 0), 10)
                .closed(slow(FRONT, 0.1, 0), 12)
                .closed(silence(CATALOG, "catalog-1-old", 1), 5)
                .at(400);
        assertThat(story.incidents()).isEmpty();
    }

    @Test
    void deployElsewhere_isARunnerUpAtMost() {
        Timeline story = Timeline.shop()
                .changed(deploy(CATALOG, "2.0.0", NOON.minusSeconds(60)))
                .at(12)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .found(edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), 0)
                .found(errors(CHECKOUT, 0.5, 5), 1)
                .found(errors(FRONT, 0.12, 5), 2)
                .at(15);
        List<Suspect> suspects = story.incident().suspects();
        assertThat(suspects.get(0).service()).isEqualTo(PAYMENT);
        assertThat(suspects.get(0).cause()).isEqualTo(CauseKind.UNKNOWN);
        assertThat(suspects.get(0).text()).contains("what is wrong there is unknown");
        assertThat(suspects.get(suspects.size() - 1).service()).isEqualTo(CATALOG);
        assertThat(suspects.get(suspects.size() - 1).confidence()).isLessThan(0.05);
    }

    @Test
    void hintsAlone_openNothing() {
        Timeline story = Timeline.shop()
                .at(5)
                .found(gauge(CATALOG, "jvm.memory.used", 9e8, 4e8), 0)
                .found(rate(FRONT, 90, 40), 0)
                .found(rate(PAYMENT, 2, 10), 0)
                .found(errors(PAYMENT, 0.1, 1).young(), 0)
                .at(900);
        assertThat(story.incidents()).isEmpty();
    }

    @Test
    void unrelatedFaults_stayTwoIncidents() {
        List<io.evenkeel.domain.topology.CallEdge> edges = new java.util.ArrayList<>(shop());
        edges.add(edge(service("portal"), service("ledger"), 5));
        Timeline story = new Timeline(edges)
                .at(12)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .found(errors(service("ledger"), 0.3, 2), 1)
                .found(errors(FRONT, 0.12, 5), 2)
                .found(errors(service("portal"), 0.3, 2), 2)
                .found(edgeErrors(service("portal"), service("ledger"), 0.3, 2), 1)
                .found(errors(CHECKOUT, 0.5, 5), 1)
                .at(30);
        assertThat(story.incidents()).hasSize(2);
        assertThat(story.incidents())
                .extracting(Incident::title)
                .containsExactlyInAnyOrder("front fails for 12 % of requests", "portal fails for 30 % of requests");
    }

    @Test
    void closesWithItsLastTrouble_andAReturnSoonAfterIsTheSameIncident() {
        Timeline story =
                Timeline.shop().at(10).found(errors(FRONT, 0.4, 16), 0).at(60).closed(errors(FRONT, 0.01, 0.1), 0);
        story.at(62);
        assertThat(story.incident().closedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(story.incident().title()).isEqualTo("front fails for 40 % of requests");
        assertThat(story.incident().pages()).isFalse();
        assertThat(story.incident().severity()).isEqualTo(Severity.SEV1);

        story.at(100).found(errors(FRONT, 0.4, 16), 90).at(105);
        assertThat(story.incident().closedAt()).isNull();
        story.closed(errors(FRONT, 0.01, 0.1), 90)
                .at(600)
                .found(errors(FRONT, 0.3, 12), 590)
                .at(605);
        assertThat(story.incidents()).hasSize(2);
        List<String> ids = story.incidents().stream().map(Incident::id).toList();
        assertThat(ids.get(1)).isEqualTo(ids.get(0) + ".2");
    }

    /** Seen on the test bed: a replica hung 87 s after a repaired deploy, and was told as the deploy's return. */
    @Test
    void theNextFaultOfTheSameServices_isAnotherIncident() {
        Timeline story = Timeline.shop()
                .at(10)
                .found(errors(FRONT, 0.4, 16), 0)
                .found(errors(PAYMENT, 0.5, 16), 0)
                .at(60)
                .closed(errors(FRONT, 0.01, 0.1), 0)
                .closed(errors(PAYMENT, 0.01, 0.1), 0)
                .at(147)
                .found(errors(FRONT, 0.3, 12), 140)
                .found(errors(CATALOG, 0.5, 12), 140)
                .at(160);
        List<Incident> incidents = List.copyOf(story.incidents());
        assertThat(incidents).hasSize(2);
        assertThat(incidents.get(0).closedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(incidents.get(1).suspects().get(0).service()).isEqualTo(CATALOG);
    }

    @Test
    void harmAcceptedAsNewLevel_leavesTheIncidentOpenForAPerson() {
        Timeline story = Timeline.shop().at(10).found(errors(FRONT, 0.4, 16), 0).at(60);
        story.version(errors(FRONT, 0.4, 16), 0, story.now(), FindingEnding.ACCEPTED_AS_NEW_LEVEL)
                .at(90);
        assertThat(story.incident().closedAt()).isNull();
        assertThat(story.incident().members().get(0).ending()).isEqualTo(FindingEnding.ACCEPTED_AS_NEW_LEVEL);
        assertThat(story.incident().members().get(0).reason()).contains("a person decides");
    }

    /** Once it is over, the figure says how bad it was, as the title does, not how well it is now. */
    @Test
    void harmShowsItsLatestWhileItLasts_andItsWorstAfterwards() {
        Timeline story = Timeline.shop().at(10).found(errors(FRONT, 0.5, 20), 0).at(30);
        story.updated(errors(FRONT, 0.3, 12), 0).at(40);
        assertThat(story.incident().harm().value()).isEqualTo(0.3);
        story.closed(errors(FRONT, 0.01, 0.1), 0).at(60);
        assertThat(story.incident().harm().value()).isEqualTo(0.5);
        assertThat(story.incident().title()).isEqualTo("front fails for 50 % of requests");
    }

    @Test
    void affectedRequestsAddUpWhileHarmLasts() {
        Timeline story = Timeline.shop().at(10).found(errors(FRONT, 0.5, 20), 0).at(100);
        assertThat(story.incident().harm().affectedTotal()).isBetween(1600.0, 2100.0);
        assertThat(story.incident().harm().affectedPerSecond()).isEqualTo(20);
    }

    @Test
    void silentReplicaThatNobodyMisses_opensAfterAWhileWithoutPaging() {
        Timeline story = Timeline.shop()
                .at(30)
                .found(silence(CATALOG, "catalog-2-b", 2), 0)
                .at(59);
        assertThat(story.incidents()).isEmpty();
        story.at(65);
        assertThat(story.incident().pages()).isFalse();
        assertThat(story.incident().severity()).isEqualTo(Severity.SEV3);
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.TELEMETRY);
        assertThat(story.incident().title()).isEqualTo("A replica of catalog is silent: catalog-2-b");
    }

    @Test
    void blindnessOfTheFront_pages() {
        Timeline story = Timeline.shop()
                .at(30)
                .found(blindness(FRONT).attribute("service.instance.id", "front-1"), 0)
                .at(65);
        assertThat(story.incident().pages()).isTrue();
        assertThat(story.incident().title()).isEqualTo("front sends no telemetry any more");
    }

    /** The caller's own view of the addresses tells a hung replica from a disturbed way half a minute before its silence. */
    @Test
    void timeoutsAtOneOfTwoAddresses_areAHungReplicaBeforeItIsFoundSilent() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(timeouts().failsAt("10.0.0.2:8080", 0.97, 2), 2)
                .found(errors(FRONT, 0.36, 15), 3)
                .at(14);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.service()).isEqualTo(CATALOG);
        assertThat(cause.cause()).isEqualTo(CauseKind.HANG);
        assertThat(cause.instance()).isNull();
        assertThat(cause.text())
                .contains("97 % of the failures are at 10.0.0.2:8080, one of its 2 addresses", "it hangs");

        story.at(32).found(silence(CATALOG, "catalog-2-7f3a", 2), -3).at(35);
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.HANG);
        assertThat(story.incident().suspects().get(0).instance()).isEqualTo("catalog-2-7f3a");
    }

    @Test
    void timeoutsAtAllAddressesOfAWellCallee_areTheWayToIt() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(timeouts().failsAt("10.0.0.2:8080", 0.52, 2), 2)
                .found(errors(FRONT, 0.36, 15), 3)
                .at(14);
        assertThat(story.incident().suspects().get(0).cause()).isEqualTo(CauseKind.NETWORK);
        assertThat(story.incident().suspects().get(0).text()).contains("the way to it is disturbed");
    }

    private static TestObjects.Draft timeouts() {
        return edgeErrors(FRONT, CATALOG, 0.5, 15).errorType("java.net.http.HttpTimeoutException");
    }

    /** Seen on a machine under load: every request a tenth of a second later outweighed the few that failed. */
    @Test
    void aMachineThatIsBusyAsAWhole_neitherHidesNorJoinsTheCause() {
        Timeline story = Timeline.shop()
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(48)))
                .at(12)
                .found(edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), 0)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .found(errors(CHECKOUT, 0.48, 4.8), 1)
                .found(edgeErrors(FRONT, CHECKOUT, 0.48, 4.8).errorType("500"), 2)
                .found(errors(FRONT, 0.12, 4.9), 2)
                .at(14)
                .found(edgeSlow(FRONT, CATALOG, 0.21, 3.5), 3)
                .found(slow(FRONT, 0.22, 4), 3)
                .found(slow(INVENTORY, 0.2, 1), 3)
                .at(20);
        Incident incident = story.incident();
        assertThat(incident.title()).isEqualTo("front fails for 12 % of requests");
        assertThat(incident.suspects().get(0).service()).isEqualTo(PAYMENT);
        assertThat(incident.suspects().get(0).share()).isGreaterThan(0.8);
        assertThat(incident.suspects()).extracting(Suspect::cause).doesNotContain(CauseKind.NETWORK);
        assertThat(incident.members())
                .filteredOn(member -> member.role() == MemberRole.ALSO_SEEN)
                .extracting(member -> Link.seat(found(member)).name())
                .containsExactlyInAnyOrder("catalog", "inventory");
        assertThat(incident.members())
                .filteredOn(member -> member.role() == MemberRole.SYMPTOM)
                .extracting(member -> member.signal().service().name())
                .containsOnly("front", "checkout");
    }

    private static io.evenkeel.domain.finding.Finding found(io.evenkeel.domain.incident.Member member) {
        var signal = member.signal();
        return signal.callee() == null
                ? slow(signal.service(), 1, 1).open(NOON, NOON)
                : edgeSlow(signal.service(), signal.callee(), 1, 1).open(NOON, NOON);
    }

    /** A replica's silence had kept an incident open; the deploy that broke the service later was too late to be seen. */
    @Test
    void aDeployThatMakesAnOldIncidentWorse_isSuspected() {
        Timeline story = Timeline.shop().at(30).found(silence(PAYMENT, "payment-1-aa", 1), 0);
        for (int seconds = 60; seconds <= 1800; seconds += 60) {
            story.at(seconds).updated(silence(PAYMENT, "payment-1-aa", 1), 0);
        }
        story.changed(deploy(PAYMENT, "4.12.0", NOON.plusSeconds(1760)))
                .at(1812)
                .found(errors(PAYMENT, 0.5, 5), 1800)
                .found(edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), 1800)
                .found(errors(CHECKOUT, 0.48, 5), 1801)
                .found(errors(FRONT, 0.12, 5), 1802)
                .at(1820);
        Suspect cause = story.incident().suspects().get(0);
        assertThat(cause.service()).isEqualTo(PAYMENT);
        assertThat(cause.cause()).isEqualTo(CauseKind.BAD_DEPLOY);
        assertThat(cause.text()).startsWith("Version 4.12.0 came 40 s before the onset");
        assertThat(story.incident().changes()).extracting("toVersion").containsExactly("4.12.0");
    }

    /** Ten seconds after an incident closed, other trouble below the same front is not its return. */
    @Test
    void anotherFaultRightAfterAnIncidentClosed_isAnotherIncident() {
        Timeline story = paymentRepaired()
                .at(82)
                .found(errors(CATALOG, 0.5, 12), 70)
                .at(83)
                .found(errors(FRONT, 0.3, 12), 71)
                .at(95);
        List<Incident> incidents = List.copyOf(story.incidents());
        assertThat(incidents).hasSize(2);
        assertThat(incidents.get(0).closedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(incidents.get(0).supersededBy()).isNull();
        assertThat(incidents.get(1).members()).hasSize(2);
        assertThat(incidents.get(1).suspects().get(0).service()).isEqualTo(CATALOG);
    }

    /** Users' calls fail again before anything else is found: it reads as the return, but blames what is wrong now. */
    @Test
    void whatWasWrongInAnEarlierRound_explainsNothingOfTheNext() {
        Timeline story = paymentRepaired()
                .at(82)
                .found(errors(FRONT, 0.3, 12), 71)
                .at(83)
                .found(errors(CATALOG, 0.5, 12), 70)
                .at(95);
        assertThat(story.incident().closedAt()).isNull();
        assertThat(story.incident().suspects().get(0).service()).isEqualTo(CATALOG);
        assertThat(story.incident().suspects())
                .extracting(suspect -> suspect.service().name())
                .doesNotContain("payment");
    }

    private static Timeline paymentRepaired() {
        return Timeline.shop()
                .at(10)
                .found(errors(FRONT, 0.4, 16), 0)
                .found(errors(PAYMENT, 0.5, 16), 0)
                .at(60)
                .closed(errors(FRONT, 0.01, 0.1), 0)
                .closed(errors(PAYMENT, 0.01, 0.1), 0);
    }

    /** Each version above half of the usual rate closed the incident, the next below it opened it again. */
    @Test
    void aRateThatHoversAboutHalfOfTheUsual_isOneIncidentUntilItsFindingCloses() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(rate(FRONT, 10, 40), 0)
                .at(22)
                .updated(rate(FRONT, 25, 40), 0)
                .at(30);
        assertThat(story.incident().closedAt()).isNull();
        assertThat(story.incident().title()).isEqualTo("front gets 75 % fewer requests than usual");

        story.at(42).closed(rate(FRONT, 39, 40), 0).at(45);
        assertThat(story.incident().closedAt()).isEqualTo(NOON.plusSeconds(42));
        assertThat(story.incident().title()).isEqualTo("front gets 75 % fewer requests than usual");
        assertThat(story.incident().harm()).isNotNull();
    }

    @Test
    void theQuietBetweenTwoHarmsOfOneIncident_hurtsNobody() {
        Timeline story = Timeline.shop()
                .at(10)
                .found(errors(FRONT, 0.4, 10), 0)
                .at(60)
                .closed(errors(FRONT, 0.01, 0.1), 0)
                .at(62);
        double before = story.incident().harm().affectedTotal();
        story.at(100).found(errors(FRONT, 0.4, 10), 98);
        assertThat(story.incident().harm().affectedTotal()).isEqualTo(before + 20);
    }

    /** A replica of checkout that is scaled away while payment fails is no effect of payment's errors. */
    @Test
    void aSilentReplicaIsNoEffectOfWhatItsServiceCalls() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .at(40)
                .found(silence(CHECKOUT, "checkout-3-cc", 3), 10)
                .at(80);
        assertThat(story.incidents()).hasSize(2);
    }
}
