package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.BaselineKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.testbed.past.ShopPast;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The simulated past, learned: what the demo's bands look like before the first minute has been judged. */
class DemoHistoryTest {
    /** Ends at the top of the day, where the level has nothing to lag behind. */
    private static final Instant UNTIL = Instant.parse("2026-11-22T12:30:00Z");

    private static final LoadModel MODEL = LoadModel.drawn(1, 20, LoadModel.SHOP_SWING, ZoneOffset.UTC);
    private static final String FRONT = "demo/shop/front|request_rate||||requests|";
    private static Map<String, Prior> priors = Map.of();

    @BeforeAll
    static void learn() {
        priors = DemoHistory.learn(new ShopPast(MODEL, "demo", "shop", Map.of()), UNTIL);
    }

    /** Seen of a running demo, {@code ./evenkeel demo --no-story}, without replicas; DemoHistoryIT asks a running one. */
    private static Set<String> liveSignals() throws IOException {
        try (InputStream lines = DemoHistoryTest.class.getResourceAsStream("/demo-signals.txt")) {
            return new String(Objects.requireNonNull(lines).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void everySignalOfThePastIsOneOfThoseThatTheShopReallySends() throws Exception {
        assertThat(liveSignals()).containsAll(priors.keySet());
        for (Role role : Role.values()) {
            String service = "demo/shop/" + role.word();
            assertThat(priors.keySet())
                    .contains(
                            service + "|request_rate||||requests|",
                            service + "|error_ratio||||requests|",
                            service + "|gauge||||jvm.cpu.recent_utilization|");
        }
    }

    @Test
    void aRenamedShopHasAPastUnderItsNewNames() {
        ShopPast past = new ShopPast(MODEL, "demo", "shop", Map.of(Role.PAYMENT, "zahlung"));
        Set<String> services = DemoHistory.learn(past, UNTIL, Duration.ofHours(1)).keySet().stream()
                .map(id -> SignalKey.parse(id).service().name())
                .collect(Collectors.toSet());

        assertThat(services).containsExactlyInAnyOrder("front", "catalog", "checkout", "zahlung", "inventory");
    }

    @Test
    void theSamePastLearnedTwiceIsTheSame() {
        ShopPast past = new ShopPast(MODEL, "demo", "shop", Map.of());
        Duration day = Duration.ofDays(1);

        assertThat(DemoHistory.learn(past, UNTIL, day)).isEqualTo(DemoHistory.learn(past, UNTIL.plusSeconds(3), day));
    }

    /** As the job does it: each live step is judged by what was known before it, and then learned. */
    @Test
    void bandsHoldWhatTheLiveUsersDoAtEveryHourOfTheNextDayAndMoveWithThem() {
        for (Role role : Role.values()) {
            double share = role == Role.FRONT
                    ? 1
                    : role == Role.CATALOG ? 1 - LoadModel.SHARE_OF_BUYERS : LoadModel.SHARE_OF_BUYERS;
            Bands bands = new Bands("demo/shop/" + role.word() + "|request_rate||||requests|");
            SplittableRandom random = new SplittableRandom(9);
            double least = Double.MAX_VALUE;
            double most = 0;
            for (int hour = 0; hour < 24; hour++) {
                int inside = 0;
                for (int step = 0; step < 360; step++) {
                    Instant at = UNTIL.plus(Duration.ofHours(hour)).plusSeconds(step * 10L);
                    double all = MODEL.drawnOf(at, ShopPast.STEP, random);
                    double rate = (share * all + Math.sqrt(all * share * (1 - share)) * random.nextGaussian()) / 10;
                    Band band = bands.at(at);
                    inside += rate >= band.lower && rate <= band.upper ? 1 : 0;
                    least = Math.min(least, band.expected);
                    most = Math.max(most, band.expected);
                    bands.learn(at, rate);
                }
                assertThat(inside / 360.0).as("%s, hour %s", role, hour).isGreaterThanOrEqualTo(0.95);
            }
            double swing = 2 * LoadModel.SHOP_SWING * 20 * share;
            assertThat(most - least).as("%s", role).isCloseTo(swing, within(0.3 * swing));
        }
    }

    @Test
    void everyHourIsHeldByWhatThePastTaughtAlone() {
        Bands bands = new Bands(FRONT);
        SplittableRandom random = new SplittableRandom(10);
        for (int hour = 0; hour < 24; hour++) {
            int inside = 0;
            for (int step = 0; step < 360; step++) {
                Instant at = UNTIL.plus(Duration.ofHours(hour)).plusSeconds(step * 10L);
                double rate = MODEL.drawnOf(at, ShopPast.STEP, random) / 10;
                Band band = bands.at(at);
                inside += rate >= band.lower && rate <= band.upper ? 1 : 0;
            }
            assertThat(inside / 360.0).as("hour %s", hour).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void aSoundShopMayFailARequest() {
        for (Role role : Role.values()) {
            Band errors = new Bands("demo/shop/" + role.word() + "|error_ratio||||requests|").at(UNTIL);
            assertThat(errors.upper).as("%s", role).isBetween(0.003, 0.05);
        }
    }

    /** A slow machine would be a fault from the first minute on. */
    @Test
    void howSlowThisMachineIsIsLeftToBeLearnedLive() {
        assertThat(priors.keySet()).noneMatch(signal -> signal.contains("duration_p95"));
    }

    /** Whatever the hour at which the demo is started, also where the curve is flat. */
    @Test
    void expectationFollowsTheDayFromNightToAfternoon() {
        Bands bands = new Bands(FRONT);
        for (int quarter = 0; quarter < 96; quarter++) {
            Instant at = UNTIL.plusSeconds(quarter * 900L + 450);
            assertThat(bands.at(at).expected).as("at %s", at).isCloseTo(MODEL.at(at), within(0.06 * MODEL.at(at)));
        }
        LocalTime peak = LocalTime.of(15, 0).plus(MODEL.offset());
        Band day = bands.copyAt(UNTIL.atZone(ZoneOffset.UTC).with(peak).toInstant());
        Band night = bands.copyAt(
                UNTIL.atZone(ZoneOffset.UTC).with(peak.plusHours(12)).toInstant());
        double swing = 2 * LoadModel.SHOP_SWING * 20;
        assertThat(day.expected - night.expected).isCloseTo(swing, within(0.1 * swing));
        assertThat(day.lower - night.lower).isGreaterThan(0.5 * swing);
        assertThat(day.upper - night.upper).isGreaterThan(0.5 * swing);
    }

    /** The profile is in UTC, the users' clock need not be. */
    @Test
    void usersOfAnotherZoneHaveTheirOwnNight() {
        ZoneId zone = ZoneId.of("Asia/Seoul");
        LoadModel seoul = LoadModel.drawn(1, 20, LoadModel.SHOP_SWING, zone);
        Prior prior = Objects.requireNonNull(
                DemoHistory.learn(new ShopPast(seoul, "demo", "shop", Map.of()), UNTIL, Duration.ofDays(4))
                        .get(FRONT));
        Bands bands = new Bands(prior);
        for (int hour = 0; hour < 24; hour++) {
            Instant at = UNTIL.plus(Duration.ofHours(hour)).plusSeconds(300);
            assertThat(bands.at(at).expected).as("at %s", at).isCloseTo(seoul.at(at), within(0.07 * seoul.at(at)));
        }
    }

    /** Bands of a signal of which nothing but history is known. */
    private static final class Bands {
        private final BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        private final int row;
        private final Band band = new Band();

        Bands(String signal) {
            this(Objects.requireNonNull(priors.get(signal), signal));
        }

        Bands(Prior prior) {
            row = bank.add(prior.kind(), true);
            bank.prior(row, prior);
        }

        Band at(Instant time) {
            bank.band(row, time.toEpochMilli(), bank.kindOf(row) == BaselineKind.RATE ? 10 : 200, band);
            return band;
        }

        void learn(Instant time, double value) {
            bank.learn(row, time.toEpochMilli(), value, 10);
        }

        Band copyAt(Instant time) {
            Band copy = new Band();
            bank.band(row, time.toEpochMilli(), 10, copy);
            return copy;
        }
    }
}
