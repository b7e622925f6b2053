package io.evenkeel.launcher.backfill;

import io.evenkeel.detection.History;
import io.evenkeel.detection.PrometheusNames;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.ingest.prometheus.Identity;
import io.evenkeel.ingest.prometheus.PrometheusApi;
import io.evenkeel.ingest.prometheus.PrometheusSeries;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Learns from what a query gives over a range of time, stretch by stretch, oldest first; after each stretch a bookmark is
 * kept, from which the next run goes on.
 */
public final class PrometheusBackfill {
    private static final int FIRST_POINTS = 60;
    /** Points a stretch: below Prometheus' bound of 11,000, and an answer of some seconds. */
    private static final int MOST_POINTS = 2_000;

    private static final int MOST_TARGETS = 50_000;
    private static final int VALUES_A_STRETCH = 400_000;
    /** Values that an answer may have where more series come than came before: 32 MB. */
    private static final int MOST_VALUES = 4_000_000;

    private static final int LEAST_POINTS = 10;
    /** What an error ratio or a percentile whose requests nobody counts is taken to stand on, as one calm step does. */
    private static final double ASSUMED_REQUESTS = 100;

    private final PrometheusApi api;
    private final Question question;
    private final SecretMask mask;
    private final Path bookmarks;

    /**
     * What is asked, and whose it is.
     *
     * @param prometheus its address
     * @param query in PromQL
     * @param from start of the range
     * @param to end of the range; null = now, kept by the bookmark
     * @param past length of the range where its start is not given
     * @param step time between two values of a series
     * @param golden which of a service's own signals the values are; null = a metric's
     * @param identity whose the series are
     * @param metric OpenTelemetry's name; null = by the series' names
     * @param unit UCUM unit, empty where unknown
     * @param form what the numbers are; null = by the series' names
     * @param mostSeries more are refused
     */
    public record Question(
            String prometheus,
            String query,
            @Nullable Instant from,
            @Nullable Instant to,
            Duration past,
            Duration step,
            @Nullable SignalKind golden,
            Identity identity,
            @Nullable String metric,
            String unit,
            PrometheusSeries.@Nullable Form form,
            int mostSeries) {
        /** All of it as text: a bookmark is of the same question only. */
        String text() {
            return String.join(
                    "\n",
                    prometheus,
                    query,
                    from + ".." + to + "/" + past + "/" + step,
                    String.valueOf(golden),
                    identity.service() + "|" + identity.namespace() + "|" + identity.environment() + "|"
                            + identity.serviceLabel(),
                    new TreeMap<>(identity.attributes()).toString(),
                    new TreeSet<>(identity.dropped()).toString(),
                    metric + "|" + unit + "|" + form);
        }
    }

    /**
     * What came of it.
     *
     * @param priors by signal id
     * @param series how many were read
     * @param points how many values
     */
    public record Outcome(Map<String, Prior> priors, int series, long points, Instant from, Instant to) {}

    /** Told after each stretch. */
    public interface Watcher {
        /**
         * @param share 0..1
         * @param upTo end of what has been learned
         */
        void learned(double share, Instant upTo, int series, long points);
    }

    /** @param bookmarks file that holds the bookmark */
    public PrometheusBackfill(PrometheusApi api, Question question, SecretMask mask, Path bookmarks) {
        this.api = api;
        this.question = question;
        this.mask = mask;
        this.bookmarks = bookmarks;
    }

    /**
     * Reads and learns it all, or the rest of it.
     *
     * @param now end of the range where none was given; what is later than five minutes after it is left out
     * @throws StartupException if Prometheus cannot be read or gives nothing; what was learned until then is kept
     */
    public Outcome run(Instant now, Watcher watcher) throws InterruptedException {
        try {
            Bookmark begun = begin(now);
            List<Map<String, String>> infos = targets(begun.to());
            PrometheusSeries words = new PrometheusSeries(
                    question.identity(),
                    new PrometheusSeries.Words(
                            question.metric(), question.unit(), question.form(), PrometheusNames::ofPrometheus),
                    infos);
            Reading reading = new Reading(begun, words);
            while (reading.next.isBefore(begun.to())) {
                reading.stretch();
                reading.bookmark().save(bookmarks);
                watcher.learned(reading.share(), reading.next, reading.series.size(), reading.points);
            }
            return outcome(begun, reading);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Not asked for where people say all that it could. */
    private List<Map<String, String>> targets(Instant time) throws IOException, InterruptedException {
        Identity told = question.identity();
        if (told.namespace() != null && told.environment() != null) {
            return List.of();
        }
        return api.labels(
                "target_info",
                time,
                MOST_TARGETS,
                "; it tells series' namespace and environment, and with --service-namespace and --environment it is not"
                        + " asked for");
    }

    /**
     * How many points of each series the next stretch asks for.
     *
     * @param answered series of the last answer; after an empty one as many as are allowed may come
     */
    static int points(int answered, int mostSeries) {
        int most = Math.min(MOST_POINTS, MOST_VALUES / mostSeries);
        return Math.max(LEAST_POINTS, Math.min(VALUES_A_STRETCH / Math.max(1, answered), most));
    }

    private Outcome outcome(Bookmark begun, Reading reading) throws IOException {
        Map<String, Prior> priors = begun.history().priors();
        if (priors.isEmpty()) {
            Files.deleteIfExists(bookmarks);
            String seen = reading.series.isEmpty()
                    ? "the query gives nothing"
                    : reading.series.size()
                            + " series have too few values to learn from, or are of a metric that is never judged,";
            throw new StartupException(seen + " between " + begun.from() + " and " + begun.to()
                    + "; try it in Prometheus' own page, and look at --from and --to: " + question.query());
        }
        return new Outcome(priors, reading.series.size(), reading.points, begun.from(), begun.to());
    }

    /** The work is done and told: the same question begins anew. */
    public void forget() {
        try {
            Files.deleteIfExists(bookmarks);
        } catch (IOException e) {
            throw new StartupException("cannot remove " + bookmarks + ": " + e.getMessage(), e);
        }
    }

    private Bookmark begin(Instant now) throws IOException {
        Optional<Bookmark> kept = Bookmark.load(bookmarks, text(), mask, InstantSource.fixed(now));
        if (kept.isPresent()) {
            return kept.get();
        }
        long step = question.step().toMillis();
        Instant to = aligned(question.to() == null ? now : question.to(), step);
        Instant from = aligned(question.from() == null ? to.minus(question.past()) : question.from(), step);
        if (!from.isBefore(to)) {
            throw new StartupException("--from " + from + " is not before --to " + to);
        }
        return new Bookmark(text(), from, to, from, new History(mask, InstantSource.fixed(now)));
    }

    /** Another mask gives other signals: what was learned under it is of another question. */
    private String text() {
        return question.text() + '\n' + mask;
    }

    /** Two runs over the same past ask for the same times. */
    private static Instant aligned(Instant time, long step) {
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), step) * step);
    }

    /** One run through the range. */
    private final class Reading {
        private final Bookmark begun;
        private final PrometheusSeries words;
        private final long stepMillis = question.step().toMillis();
        private final Set<Map<String, String>> series = new HashSet<>();
        private Instant next;
        private long points;
        private int widest = FIRST_POINTS;

        Reading(Bookmark begun, PrometheusSeries words) {
            this.begun = begun;
            this.words = words;
            this.next = begun.next();
        }

        void stretch() throws IOException, InterruptedException {
            long left = Duration.between(next, begun.to()).dividedBy(question.step());
            int count = (int) Math.max(1, Math.min(widest, left));
            List<PrometheusApi.Series> answer =
                    api.range(question.query(), next, question.step(), count, question.mostSeries());
            answer.forEach(one -> series.add(one.labels()));
            if (question.golden() == null) {
                learnMetric(answer, count);
            } else {
                learnGolden(answer, count, question.golden());
            }
            next = next.plus(question.step().multipliedBy(count));
            widest = points(answer.size(), question.mostSeries());
        }

        private void learnMetric(List<PrometheusApi.Series> answer, int count) throws IOException {
            PrometheusSeries.Requests requests = words.requests(answer, next.toEpochMilli(), stepMillis);
            for (int i = 0; i < count; i++) {
                Optional<byte[]> request = requests.at(i);
                if (request.isPresent()) {
                    try {
                        begun.history().accept(OtlpSignal.METRICS, request.get());
                    } catch (MalformedRequestException e) {
                        throw new IllegalStateException("a request of our own making cannot be read", e);
                    }
                }
            }
            answer.forEach(one -> points += Arrays.stream(one.values())
                    .filter(value -> !Double.isNaN(value))
                    .count());
        }

        private void learnGolden(List<PrometheusApi.Series> answer, int count, SignalKind kind) throws IOException {
            Set<ServiceKey> seen = new HashSet<>();
            for (PrometheusApi.Series one : answer) {
                ServiceKey service = words.serviceOf(one);
                if (!seen.add(service)) {
                    throw new StartupException("several series are of " + service.id()
                            + ", and a service has one " + kind.name().toLowerCase(Locale.ROOT)
                            + "; bring them together in the query, such as with sum by (job)");
                }
                SignalKey signal = SignalKey.ofService(service, kind);
                for (int i = 0; i < count; i++) {
                    double value = one.values()[i];
                    if (!Double.isNaN(value)) {
                        begun.history()
                                .learn(
                                        signal,
                                        next.toEpochMilli() + i * stepMillis,
                                        (int) stepMillis,
                                        value,
                                        ASSUMED_REQUESTS);
                        points++;
                    }
                }
            }
        }

        double share() {
            return (double) Duration.between(begun.from(), next).toMillis()
                    / Duration.between(begun.from(), begun.to()).toMillis();
        }

        Bookmark bookmark() {
            return new Bookmark(begun.question(), begun.from(), begun.to(), next, begun.history());
        }
    }
}
