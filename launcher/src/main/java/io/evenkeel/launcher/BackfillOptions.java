package io.evenkeel.launcher;

import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.ingest.HttpAddress;
import io.evenkeel.ingest.prometheus.Identity;
import io.evenkeel.ingest.prometheus.PrometheusApi;
import io.evenkeel.ingest.prometheus.PrometheusSeries.Form;
import io.evenkeel.launcher.backfill.PrometheusBackfill.Question;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which past is learned from, and whose it is. */
final class BackfillOptions {
    private static final Duration LEAST_STEP = Duration.ofSeconds(1);
    /** A bin of the detector is not wider. */
    private static final Duration MOST_STEP = Duration.ofMinutes(5);

    private static final int MOST_SERIES = 50_000;

    /** What of a service's own the query's values are. */
    enum Golden {
        request_rate,
        error_ratio,
        duration_p95
    }

    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            description = "Address of a Prometheus, or of what has its API.")
    @Nullable
    String prometheus;

    @Option(names = "--query", paramLabel = "PROMQL", description = "Series to learn from.")
    @Nullable
    String query;

    @Option(
            names = "--otlp",
            paramLabel = "PATH",
            description = "Instead: a file of a Collector's file exporter, or a directory of them.")
    @Nullable
    Path otlp;

    @Option(
            names = "--otlp-signal",
            paramLabel = "metrics|traces|logs",
            description = "What protobuf files hold; JSON says it itself. Default: not told.")
    ReplayCommand.@Nullable Signal otlpSignal;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Start of the past, such as 2026-11-01T00:00:00Z. Default: 14 days before --to.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Its end. Default: now.")
    @Nullable
    String to;

    @Option(
            names = "--step",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Time between two values, 1 to 300; best the interval in which the metric will be exported."
                    + " Default: ${DEFAULT-VALUE}.")
    int stepSeconds = 60;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description = "OpenTelemetry's name of the metric. Default: by the series' own, where it is known.")
    @Nullable
    String metric;

    @Option(names = "--unit", paramLabel = "UNIT", defaultValue = "", description = "Its UCUM unit, such as By or s.")
    String unit = "";

    @Option(
            names = "--counter",
            description = "The values are totals that only rise. Default: where the name ends in _total.")
    boolean counter;

    @Option(names = "--rate", description = "The values are a counter's increase per second, as rate() gives it.")
    boolean rate;

    @Option(
            names = "--signal",
            paramLabel = "request_rate|error_ratio|duration_p95",
            description = "The values are a service's own requests per second, share of failures, or 95th percentile of"
                    + " duration in seconds; one series a service.")
    @Nullable
    Golden golden;

    @Option(names = "--service", paramLabel = "NAME", description = "Service of every series. Default: by labels.")
    @Nullable
    String service;

    @Option(
            names = "--service-label",
            paramLabel = "LABEL",
            description = "Label with the service's name. Default: service_name, else job (namespace/name).")
    @Nullable
    String serviceLabel;

    @Option(names = "--service-namespace", paramLabel = "NAME", description = "Its namespace. Default: by labels.")
    @Nullable
    String namespace;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description = "deployment.environment.name. Default: by labels or target_info.")
    @Nullable
    String environment;

    @Option(
            names = "--attribute",
            paramLabel = "LABEL=ATTRIBUTE",
            description = "Attribute that a label stands for, where it is none of the known ones. May be repeated.")
    Map<String, String> attributes = Map.of();

    @Option(
            names = "--drop-label",
            paramLabel = "LABEL",
            description = "Label that live telemetry has not, such as cluster. May be repeated.")
    List<String> dropped = List.of();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Bearer token to show to Prometheus, in the first line of a file. Default: none.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--max-series",
            paramLabel = "N",
            defaultValue = "2000",
            description = "More are refused. Default: ${DEFAULT-VALUE}.")
    int mostSeries = 2_000;

    /** @throws StartupException naming the option and its mend */
    void check() {
        if ((prometheus == null) == (otlp == null)) {
            throw new StartupException("say which past: --prometheus URL with --query, or --otlp PATH");
        }
        if (prometheus != null && (query == null || query.isBlank())) {
            throw new StartupException("--prometheus needs --query, such as --query 'jvm_thread_count'");
        }
        if (counter && rate || (golden != null && (counter || rate || metric != null))) {
            throw new StartupException("--counter, --rate and --signal say different things of the same values, and"
                    + " --signal needs no --metric; keep one");
        }
        HouseOptions.requireRange("--step", stepSeconds, (int) LEAST_STEP.toSeconds(), (int) MOST_STEP.toSeconds());
        HouseOptions.requireRange("--max-series", mostSeries, 1, MOST_SERIES);
        if (prometheus != null) {
            time("--from", from);
            time("--to", to);
            api(prometheus);
        }
    }

    Question question() {
        return new Question(
                String.valueOf(prometheus),
                String.valueOf(query),
                time("--from", from),
                time("--to", to),
                Duration.ofDays(14),
                Duration.ofSeconds(stepSeconds),
                golden == null ? null : SignalKind.valueOf(golden.name().toUpperCase(Locale.ROOT)),
                new Identity(service, namespace, environment, serviceLabel, attributes, new HashSet<>(dropped)),
                metric,
                unit,
                counter ? Form.COUNTER : rate ? Form.RATE : null,
                mostSeries);
    }

    private static @Nullable Instant time(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new StartupException(option + " '" + text + "' is no time in UTC such as 2026-11-01T00:00:00Z", e);
        }
    }

    /** @throws StartupException for an address or a token file that cannot be used */
    PrometheusApi api(String address) {
        try {
            return new PrometheusApi(HttpAddress.of(address), token());
        } catch (IllegalArgumentException e) {
            throw new StartupException("--prometheus: " + e.getMessage(), e);
        }
    }

    private @Nullable String token() {
        if (tokenFile == null) {
            return null;
        }
        try {
            String token =
                    Files.readString(tokenFile).lines().findFirst().orElse("").strip();
            if (token.isEmpty()) {
                throw new StartupException("--token-file " + tokenFile + " has no token in its first line");
            }
            return token;
        } catch (IOException e) {
            throw new StartupException("cannot read --token-file " + tokenFile + " (" + e + ")", e);
        }
    }

    @Nullable
    OtlpSignal told() {
        return ReplayCommand.told(otlpSignal);
    }
}
