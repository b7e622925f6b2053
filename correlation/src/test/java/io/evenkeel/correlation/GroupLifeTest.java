package io.evenkeel.correlation;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.wire.event.Feedback;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How groups merge, age, are lost, and are judged by people. */
class GroupLifeTest {
    private static final ServiceKey ONE = service("one");
    private static final ServiceKey TWO = service("two");
    private static final ServiceKey THREE = service("three");
    private static final ServiceKey FOUR = service("four");

    /** A caller above all, so that none of the four counts as user-facing. */
    private static List<CallEdge> chain() {
        return List.of(edge(service("edge"), ONE, 10), edge(ONE, TWO, 10), edge(TWO, THREE, 10), edge(THREE, FOUR, 10));
    }

    @Test
    void aFindingThatLinksTwoIncidentsMergesThem_andTheLosersNameLivesOn() {
        Timeline story = new Timeline(chain())
                .at(12)
                .found(errors(FOUR, 0.5, 5), 0)
                .at(14)
                .found(errors(TWO, 0.5, 5), 2)
                .at(30);
        assertThat(story.incidents()).hasSize(2);

        story.found(errors(THREE, 0.5, 5), 1).at(35);
        List<Incident> all = new ArrayList<>(story.incidents());
        Incident survivor = all.get(0);
        Incident loser = all.get(1);
        assertThat(survivor.supersededBy()).isNull();
        assertThat(survivor.members()).hasSize(3);
        assertThat(loser.supersededBy()).isEqualTo(survivor.id());
        assertThat(loser.closedAt()).isNotNull();
        assertThat(loser.pages()).isFalse();

        story.heard(Feedback.Verdict.RESOLVED_BY_PERSON, loser.id(), "").at(40);
        assertThat(new ArrayList<>(story.incidents()).get(0).closedAt()).isNotNull();
    }

    @Test
    void anOldIncidentTakesNothingMoreIn() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0);
        for (int seconds = 120; seconds < 7300; seconds += 120) {
            story.at(seconds).updated(errors(FRONT, 0.5, 20), 0);
        }
        story.at(7300)
                .found(operationErrors(FRONT, "GET /products", 0.5, 3), 7290)
                .at(7305);
        assertThat(story.incidents()).hasSize(2);
    }

    /** A restore of detection may lose a finding without a word. */
    @Test
    void aFindingNobodyTellsOfAnyMoreDoesNotHoldAnIncidentOpen() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0).at(400);
        assertThat(story.incident().closedAt()).isNotNull();
        assertThat(story.incident().members().get(0).ending()).hasToString("SUPERSEDED");
    }

    @Test
    void aLaterFindingOfTheSameSignalTakesThePlaceOfTheEarlier() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0).at(20);
        story.found(errors(FRONT, 0.5, 20).epoch(2), 1)
                .at(30)
                .closed(errors(FRONT, 0, 0).epoch(2), 1)
                .at(40);
        assertThat(story.incident().members()).hasSize(2);
        assertThat(story.incident().closedAt()).isNotNull();
    }

    @Test
    void aDeployToldTwiceCountsOnce() {
        Timeline story = Timeline.shop()
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(48)))
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(20)))
                .at(12)
                .found(errors(FRONT, 0.5, 20), 0)
                .found(errors(PAYMENT, 0.5, 20), 0)
                .at(14);
        assertThat(story.incident().changes()).hasSize(1);
    }

    @Test
    void aDeployRolledBackAndDoneAgainCountsTwice() {
        Timeline story = Timeline.shop()
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(200)))
                .changed(deploy(PAYMENT, "4.11.0", NOON.minusSeconds(100)))
                .changed(deploy(PAYMENT, "4.12.0", NOON.minusSeconds(20)))
                .at(12)
                .found(errors(FRONT, 0.5, 20), 0)
                .found(errors(PAYMENT, 0.5, 20), 0)
                .at(14);
        assertThat(story.incident().suspects().get(0).text()).startsWith("Version 4.12.0 came 20 s before the onset");
    }

    /** Forgotten after half an hour, its next version would have opened another incident. */
    @Test
    void aFalseAlarmThatLastsStaysQuiet() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0).at(15);
        story.heard(Feedback.Verdict.FALSE_ALARM, story.incident().id() + "~1", "");
        for (int seconds = 60; seconds < 3000; seconds += 60) {
            story.at(seconds).updated(errors(FRONT, 0.5, 20), 0);
        }
        assertThat(story.incident().closedAt()).isNotNull();
    }

    @Test
    void aPersonWhoNamesTheCausePutsItFirst() {
        Timeline story = Timeline.shop()
                .at(12)
                .found(errors(PAYMENT, 0.5, 5), 0)
                .found(errors(CHECKOUT, 0.5, 8), 1)
                .found(errors(FRONT, 0.12, 8), 2)
                .at(15);
        assertThat(story.incident().suspects().get(0).service()).isEqualTo(PAYMENT);
        story.heard(Feedback.Verdict.WRONG_CAUSE, story.incident().id(), CHECKOUT.id())
                .at(18);
        Suspect first = story.incident().suspects().get(0);
        assertThat(first.service()).isEqualTo(CHECKOUT);
        assertThat(first.text()).startsWith("A person named it as the cause.");
    }

    @Test
    void confidenceIsCalibratedFromThirtyVerdictsOn() {
        Timeline story = Timeline.shop();
        for (int i = 0; i < 31; i++) {
            double noon = 4000.0 * i;
            story.at(noon + 12).found(errors(FRONT, 0.5, 20), noon).at(noon + 20);
            Incident latest = new ArrayList<>(story.incidents()).get(i);
            Suspect first = latest.suspects().get(0);
            assertThat(first.cause()).isEqualTo(CauseKind.UNKNOWN);
            assertThat(first.calibrated()).as("incident %d", i).isEqualTo(i >= 30);
            story.heard(Feedback.Verdict.RIGHT_CAUSE, latest.id(), "")
                    .heard(Feedback.Verdict.RIGHT_CAUSE, latest.id(), "")
                    .at(noon + 60)
                    .closed(errors(FRONT, 0, 0), noon);
            assertThat(story.state().outcomes()).hasSize(i + 1);
        }
        assertThat(new ArrayList<>(story.incidents()).get(30).suspects().get(0).confidence())
                .isGreaterThan(0.8);
    }

    /** Too old to take the later finding in, it had nothing left that could ever close it. */
    @Test
    void anOldIncidentClosesWhenALaterFindingTookThePlaceOfItsLast() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0);
        for (int seconds = 120; seconds < 7300; seconds += 120) {
            story.at(seconds).updated(errors(FRONT, 0.5, 20), 0);
        }
        story.at(7300).found(errors(FRONT, 0.5, 20).epoch(2), 7290).at(7310);
        List<Incident> all = new ArrayList<>(story.incidents());
        assertThat(all).hasSize(2);
        assertThat(all.get(0).closedAt()).isNotNull();
        assertThat(all.get(1).closedAt()).isNull();
    }

    /** The first tick after a long stop comes before the first finding: nothing is lost yet, nobody listened. */
    @Test
    void aStopOfTheJobLosesNoFinding() {
        Timeline story = Timeline.shop().at(12).found(errors(FRONT, 0.5, 20), 0).at(20);
        story.stoppedUntil(1000, 2).at(1010).updated(errors(FRONT, 0.5, 20), 0).at(1015);
        assertThat(story.sent()).allMatch(incident -> incident.closedAt() == null);
        story.at(1400);
        assertThat(story.incident().closedAt()).isNotNull();
    }

    @Test
    void aVerdictFindsItsIncidentThroughAChainOfMerges() {
        List<CallEdge> edges = new ArrayList<>(chain());
        edges.add(edge(FOUR, service("five"), 10));
        edges.add(edge(service("five"), service("six"), 10));
        Timeline story = new Timeline(edges)
                .at(12)
                .found(errors(service("six"), 0.5, 5), 0)
                .at(13)
                .found(errors(FOUR, 0.5, 5), 2)
                .at(14)
                .found(errors(TWO, 0.5, 5), 4)
                .at(30);
        assertThat(story.incidents()).hasSize(3);
        String youngest = new ArrayList<>(story.incidents()).get(2).id();

        story.found(errors(THREE, 0.5, 5), 3)
                .at(32)
                .found(errors(service("five"), 0.5, 5), 1)
                .at(35);
        assertThat(story.incidents())
                .filteredOn(incident -> incident.closedAt() == null)
                .hasSize(1);

        story.heard(Feedback.Verdict.FALSE_ALARM, youngest, "").at(38);
        assertThat(story.incidents()).allMatch(incident -> incident.closedAt() != null);
    }

    @Test
    void requestsHurtByMergedIncidentsAddUp() {
        Timeline story = new Timeline(List.of(edge(ONE, TWO, 10), edge(ONE, THREE, 10)))
                .catalogued(TWO, true)
                .catalogued(THREE, true)
                .at(10)
                .found(errors(TWO, 0.5, 5), 0)
                .found(errors(THREE, 0.5, 5), 0)
                .at(20);
        assertThat(story.incidents()).hasSize(2);
        double apart = story.incidents().stream()
                .mapToDouble(incident -> incident.harm().affectedTotal())
                .sum();

        story.found(errors(ONE, 0.5, 10), 1).at(22);
        Incident survivor = new ArrayList<>(story.incidents()).get(0);
        assertThat(survivor.supersededBy()).isNull();
        assertThat(survivor.harm().affectedTotal()).isGreaterThanOrEqualTo(apart);
    }

    /** A number that was merged away says so to all who know it: given again, the new trouble would stay unseen. */
    @Test
    void aReturnNeverGetsTheIdOfAMergedIncident() {
        Grouping grouping = Grouping.empty().withAlias(new Grouping.Alias("inc-a.2", "inc-b"), 10);
        assertThat(grouping.isTaken("inc-a.2")).isTrue();
        assertThat(grouping.isTaken("inc-a.3")).isFalse();
    }

    @Test
    void aPersonMayNameAServiceThatNothingPointsAt() {
        Timeline story =
                Timeline.shop().at(12).found(errors(PAYMENT, 0.5, 5), 0).found(errors(FRONT, 0.12, 8), 2);
        story.at(15)
                .heard(
                        Feedback.Verdict.WRONG_CAUSE,
                        story.incident().id(),
                        service("gateway").id())
                .at(18);
        Suspect first = story.incident().suspects().get(0);
        assertThat(first.service()).isEqualTo(service("gateway"));
        assertThat(first.text()).isEqualTo("A person named it as the cause. Nothing that is watched points at it.");
    }
}
