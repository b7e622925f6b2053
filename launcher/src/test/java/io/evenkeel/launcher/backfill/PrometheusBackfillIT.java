package io.evenkeel.launcher.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.ingest.prometheus.Identity;
import io.evenkeel.ingest.prometheus.PrometheusApi;
import io.evenkeel.launcher.FreePorts;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.learning.baseline.Band;
import io.evenkeel.learning.baseline.BaselineBank;
import io.evenkeel.learning.baseline.BaselineKind;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.SecretMask;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's Prometheus with a week of a shop in it, and what is learned from it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusBackfillIT {
    private static final Instant START = Instant.parse("2026-10-19T00:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(60);
    private static final int STEPS = 7 * 1440;
    private static final Instant END = START.plus(STEP.multipliedBy(STEPS));
    private static final String DEPTH = "prod/shop/cart|gauge||||queue_depth|state=ready";

    private final List<Double> one = new ArrayList<>();
    private final List<Double> other = new ArrayList<>();
    private RealPrometheus prometheus;
    private Path directory;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        prometheus = RealPrometheus.start(temporary, past());
    }

    @AfterAll
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    /** Twice as much by day as by night, a batch at three, noise; two replicas, a counter, and requests by status. */
    private String past() {
        Random random = new Random(7);
        StringBuilder depth = new StringBuilder("# TYPE queue_depth gauge\n");
        StringBuilder orders = new StringBuilder("# TYPE orders counter\n");
        StringBuilder requests = new StringBuilder("# TYPE requests_per_second gauge\n");
        StringBuilder info = new StringBuilder("# TYPE target info\n");
        double total = 0;
        for (int i = 0; i < STEPS; i++) {
            long second = START.plus(STEP.multipliedBy(i)).getEpochSecond();
            double hour = second % 86_400 / 3600.0;
            double day = 60 + 20 * Math.cos(2 * Math.PI * (hour - 15) / 24) + (hour >= 3 && hour < 3.5 ? 70 : 0);
            one.add(rounded(day + 2 * random.nextGaussian()));
            other.add(rounded(day + 2 * random.nextGaussian()));
            line(depth, "queue_depth{job=\"shop/cart\",instance=\"a\",state=\"ready\"}", one.get(i), second);
            line(depth, "queue_depth{job=\"shop/cart\",instance=\"b\",state=\"ready\"}", other.get(i), second);
            // A restart in the middle: a total that falls is a reset and no negative rate.
            total = i == STEPS / 2 ? 300 : total + 290 + random.nextInt(21);
            line(orders, "orders_total{job=\"shop/cart\",instance=\"a\"}", total, second);
            line(requests, "requests_per_second{job=\"shop/cart\"}", 20 + (hour >= 8 && hour < 20 ? 20 : 0), second);
            if (i % 4 == 0) {
                line(
                        info,
                        "target_info{job=\"shop/cart\",instance=\"a\",deployment_environment_name=\"prod\"}",
                        1,
                        second);
                line(
                        info,
                        "target_info{job=\"shop/cart\",instance=\"b\",deployment_environment_name=\"prod\"}",
                        1,
                        second);
            }
        }
        long end = END.getEpochSecond();
        line(info, "target_info{job=\"shop/cart\",instance=\"a\",deployment_environment_name=\"prod\"}", 1, end);
        line(info, "target_info{job=\"shop/cart\",instance=\"b\",deployment_environment_name=\"prod\"}", 1, end);
        return depth.append(orders)
                .append(requests)
                .append(info)
                .append("# EOF\n")
                .toString();
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static void line(StringBuilder text, String series, double value, long second) {
        text.append(series).append(' ').append(value).append(' ').append(second).append('\n');
    }

    private PrometheusBackfill.Question ask(String query) {
        return ask(query, null, 100);
    }

    private PrometheusBackfill.Question ask(String query, SignalKind golden, int mostSeries) {
        return new PrometheusBackfill.Question(
                prometheus.address.toString(),
                query,
                START,
                END,
                Duration.ofDays(14),
                STEP,
                golden,
                Identity.byLabels(),
                null,
                "",
                null,
                mostSeries);
    }

    private Map<String, Prior> learn(PrometheusBackfill.Question question, String bookmark) throws Exception {
        return backfill(question, bookmark)
                .run(END, (share, upTo, series, points) -> {})
                .priors();
    }

    private PrometheusBackfill backfill(PrometheusBackfill.Question question, String bookmark) {
        return new PrometheusBackfill(
                new PrometheusApi(prometheus.address, null),
                question,
                SecretMask.standard(),
                directory.resolve(bookmark));
    }

    private static BaselineBank bank(BaselineKind kind, Prior prior) {
        BaselineBank bank = new BaselineBank(ZoneOffset.UTC);
        bank.add(kind, true);
        bank.prior(0, prior);
        return bank;
    }

    @Test
    void theBandsAreThoseOfASlowAndObviousLearner() throws Exception {
        Map<String, Prior> priors = learn(ask("queue_depth"), "slow");
        ReferencePast first = new ReferencePast();
        first.learn(one, START, STEP);
        ReferencePast second = new ReferencePast();
        second.learn(other, START, STEP);

        assertThat(priors).containsOnlyKeys(DEPTH);
        Prior prior = priors.get(DEPTH);
        assertThat(prior.isSeasoned()).isTrue();
        assertThat(prior.bins()).isBetween(STEPS - 5, STEPS + 5);
        BaselineBank bank = bank(BaselineKind.LEVEL, prior);
        Band band = new Band();
        for (int quarter = 0; quarter < 96; quarter++) {
            double truth = (first.at(quarter) + second.at(quarter)) / 2;
            bank.band(0, END.toEpochMilli() + quarter * 900_000L, 1, band);
            assertThat(band.expected).as("quarter hour %s", quarter).isCloseTo(truth, within(0.005 * truth));
            assertThat(band.lower).isLessThan(truth - 4);
            assertThat(band.upper).isGreaterThan(truth + 4);
        }
    }

    @Test
    void anInterruptedRunGoesOnWhereItWasAndLearnsTheSame() throws Exception {
        Map<String, Prior> whole = learn(ask("queue_depth"), "whole");
        List<Double> shares = new ArrayList<>();
        class Interrupted extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
        assertThatThrownBy(() -> backfill(ask("queue_depth"), "parts").run(END, (share, upTo, series, points) -> {
                    shares.add(share);
                    if (shares.size() == 3) {
                        throw new Interrupted();
                    }
                }))
                .isInstanceOf(Interrupted.class);
        double done = shares.get(2);

        PrometheusBackfill rest = backfill(ask("queue_depth"), "parts");
        PrometheusBackfill.Outcome outcome = rest.run(END, (share, upTo, series, points) -> shares.add(share));

        assertThat(shares.get(3)).isGreaterThan(done);
        assertThat(outcome.points()).isLessThan(2L * STEPS);
        assertThat(outcome.priors()).isEqualTo(whole);
        rest.forget();
        assertThat(directory.resolve("parts")).doesNotExist();
    }

    @Test
    void theSamePastTwiceIsTheSamePrior() throws Exception {
        assertThat(learn(ask("queue_depth"), "first")).isEqualTo(learn(ask("queue_depth"), "second"));
    }

    @Test
    void aTotalBecomesARateAndItsResetNoSpike() throws Exception {
        Map<String, Prior> priors = learn(ask("orders_total"), "orders");
        Band band = new Band();
        String signal = "prod/shop/cart|counter_rate||||orders_total|";
        bank(BaselineKind.LEVEL, Objects.requireNonNull(priors.get(signal))).band(0, END.toEpochMilli(), 1, band);

        assertThat(band.expected).isCloseTo(5, within(0.01));
        assertThat(band.upper).isLessThan(8);
    }

    @Test
    void whatRateGivesIsTheSameSignal() throws Exception {
        PrometheusBackfill.Question question = new PrometheusBackfill.Question(
                prometheus.address.toString(),
                "rate(orders_total[5m])",
                START,
                END,
                Duration.ofDays(14),
                STEP,
                null,
                Identity.byLabels(),
                "orders_total",
                "",
                io.evenkeel.ingest.prometheus.PrometheusSeries.Form.RATE,
                10);
        Map<String, Prior> priors = learn(question, "rate");
        Band band = new Band();
        bank(BaselineKind.LEVEL, Objects.requireNonNull(priors.get("prod/shop/cart|counter_rate||||orders_total|")))
                .band(0, END.plus(Duration.ofHours(12)).toEpochMilli(), 1, band);

        assertThat(band.expected).isCloseTo(5, within(0.05));
    }

    @Test
    void aQueryMayGiveAServicesOwnRequestRate() throws Exception {
        Map<String, Prior> priors =
                learn(ask("sum by (job)(requests_per_second)", SignalKind.REQUEST_RATE, 10), "golden");
        Prior prior = priors.get("prod/shop/cart|request_rate||||requests|");
        BaselineBank bank = bank(BaselineKind.RATE, Objects.requireNonNull(prior));
        Band band = new Band();

        bank.band(0, END.plus(Duration.ofHours(12)).toEpochMilli(), 10, band);
        assertThat(band.expected).isCloseTo(40, within(0.5));
        bank.band(0, END.plus(Duration.ofHours(2)).toEpochMilli(), 10, band);
        assertThat(band.expected).isCloseTo(20, within(0.5));
    }

    @Test
    void whatCannotBeReadIsSaidWithItsMend() {
        assertThatThrownBy(() -> learn(ask("queue_depth{"), "e1"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("400")
                .hasMessageContaining("bad_data")
                .hasMessageContaining("parse error");
        assertThatThrownBy(() -> learn(ask("no_such_metric"), "e2"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("gives nothing between")
                .hasMessageContaining("no_such_metric");
        assertThatThrownBy(() -> learn(ask("queue_depth", null, 1), "e3"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("more than 1 series");
        assertThatThrownBy(() -> learn(ask("queue_depth + 1"), "e4"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--metric");
        assertThatThrownBy(() -> learn(ask("sum(queue_depth)", SignalKind.REQUEST_RATE, 10), "e5"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--service");
        assertThatThrownBy(() -> learn(ask("queue_depth", SignalKind.REQUEST_RATE, 10), "e6"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("sum by (job)");
        URI nobody = URI.create("http://127.0.0.1:" + FreePorts.next());
        assertThatThrownBy(() -> new PrometheusBackfill(
                                new PrometheusApi(nobody, null),
                                ask("queue_depth"),
                                SecretMask.standard(),
                                directory.resolve("e7"))
                        .run(END, (share, upTo, series, points) -> {}))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(nobody.toString());
        assertThatThrownBy(() -> new PrometheusApi(URI.create("http://me:secret@127.0.0.1:9090"), null))
                .hasMessageNotContaining("secret")
                .hasMessageContaining("token");
    }

    @Test
    void aBookmarkOfAnotherQuestionIsNotGoneOnWith() throws Exception {
        Files.createDirectories(directory);
        learn(ask("queue_depth"), "shared");

        assertThat(learn(ask("orders_total"), "shared").keySet())
                .allMatch(signal -> signal.toLowerCase(Locale.ROOT).contains("orders_total"));
    }
}
