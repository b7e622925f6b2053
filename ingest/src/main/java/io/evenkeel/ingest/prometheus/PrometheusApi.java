package io.evenkeel.ingest.prometheus;

import io.evenkeel.ingest.BearerHeader;
import io.evenkeel.ingest.HttpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The two questions of Prometheus' HTTP API that a backfill asks (prometheus.io/docs/prometheus/latest/querying/api,
 * "Range queries" and "Instant queries"). Answers are read as they come, so that a long one is never held as text. One
 * thread.
 */
public final class PrometheusApi {
    /** For a whole answer, its last byte included. Prometheus itself gives a query up after two minutes. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private static final int MOST_WORDS = 600;
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            // a followed redirect would carry the token to whatever host it names
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final URI base;
    private final @Nullable String authorization;
    private final Duration patience;

    /**
     * One series over the asked range.
     *
     * @param labels its labels, {@code __name__} among them where the query keeps it
     * @param values {@code values[i]} at start + i · step; NaN where there was none
     */
    public record Series(Map<String, String> labels, double[] values) {}

    /**
     * @param base such as {@code http://prometheus:9090}, with a path where it has one
     * @param token bearer token, null for none
     * @throws IllegalArgumentException for another kind of address, one with a password in it, or a token that no header
     *     takes
     */
    public PrometheusApi(URI base, @Nullable String token) {
        this(base, token, PATIENCE);
    }

    PrometheusApi(URI base, @Nullable String token, Duration patience) {
        this.base = HttpAddress.checked(base);
        this.authorization = token == null ? null : BearerHeader.of(token);
        this.patience = patience;
    }

    /**
     * What a query gives at start, start + step, … , count times.
     *
     * @param count Prometheus refuses more than 11,000
     * @param mostSeries more than these are too many
     * @throws PrometheusException if it cannot be had; the message says why and what to try
     */
    public List<Series> range(String query, Instant start, Duration step, int count, int mostSeries)
            throws IOException, InterruptedException {
        Instant end = start.plus(step.multipliedBy(count - 1L));
        Map<String, String> form = new TreeMap<>();
        form.put("query", query);
        form.put("start", start.toString());
        form.put("end", end.toString());
        form.put("step", Double.toString(step.toMillis() / 1000.0));
        String mend = "; narrow it by a label, or sum what need not be told apart";
        Reading reading = new Reading(query, mend, start.toEpochMilli(), step.toMillis(), count, mostSeries);
        ask("api/v1/query_range", form, reading);
        return reading.series;
    }

    /**
     * The labels of the series that a query gives at one time; their values say nothing.
     *
     * @param mend what to try where there are more, to end a sentence with
     * @throws PrometheusException if they cannot be had
     */
    public List<Map<String, String>> labels(String query, Instant time, int mostSeries, String mend)
            throws IOException, InterruptedException {
        Map<String, String> form = new TreeMap<>();
        form.put("query", query);
        form.put("time", time.toString());
        Reading reading = new Reading(query, mend, time.toEpochMilli(), 1, 1, mostSeries);
        ask("api/v1/query", form, reading);
        return reading.series.stream().map(Series::labels).toList();
    }

    private void ask(String path, Map<String, String> form, Reading reading) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + '=' + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String prefix = base.toString().endsWith("/") ? base.toString() : base + "/";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(prefix + path))
                .timeout(patience)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        long begun = System.nanoTime();
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw e instanceof HttpConnectTimeoutException ? unreachable(e) : late(e);
        } catch (IOException e) {
            throw unreachable(e);
        }
        // The client's own timeout ends with the headers.
        long left = Math.max(0, patience.toNanos() - (System.nanoTime() - begun));
        CompletableFuture<Boolean> late =
                new CompletableFuture<Boolean>().completeOnTimeout(true, left, TimeUnit.NANOSECONDS);
        var unused = late.thenAccept(isLate -> close(answer.body()));
        try (InputStream content = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refused(answer, content.readNBytes(16 * MOST_WORDS));
            }
            reading.read(content);
        } catch (PrometheusException e) {
            throw e;
        } catch (IOException | JacksonException e) {
            throw late.isDone() ? late(e) : broken(e);
        } finally {
            late.cancel(false);
        }
    }

    private static void close(InputStream content) {
        try {
            content.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PrometheusException unreachable(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new PrometheusException("no Prometheus answers at " + base + " (" + why + "); is the address right?", e);
    }

    private PrometheusException late(Exception e) {
        return new PrometheusException(
                base + " has not answered whole within " + patience.toSeconds()
                        + " s; ask for less: fewer series, or a wider --step",
                e);
    }

    private PrometheusException broken(Exception e) {
        return e instanceof JacksonException json && !(e.getCause() instanceof IOException)
                ? new PrometheusException(
                        base + " answers with something that is no answer of Prometheus' API: "
                                + json.getOriginalMessage(),
                        e)
                : new PrometheusException(base + " broke off in the middle of its answer; try again", e);
    }

    private PrometheusException refused(HttpResponse<InputStream> answer, byte[] content) {
        int status = answer.statusCode();
        if (status / 100 == 3) {
            return new PrometheusException(base + " answers " + status + " and sends on to " + target(answer)
                    + ", where no token is carried; name the address of Prometheus itself");
        }
        String text = new String(content, StandardCharsets.UTF_8);
        String words = error(content);
        String said = words.isEmpty() ? text.replaceAll("\\s+", " ").strip() : words;
        String shown = said.length() > MOST_WORDS ? said.substring(0, MOST_WORDS) : said;
        String mend = switch (status) {
            case 401, 403 -> "; give it a bearer token with --token-file";
            case 404 -> "; the address ends before /api/v1";
            case 400, 422 -> "; try the query in Prometheus' own page";
            default -> "";
        };
        return new PrometheusException(base + " answers " + status + ": " + shown + mend);
    }

    /** Scheme, host and port that a redirect names; the rest of it may hold what nobody else should read. */
    private String target(HttpResponse<InputStream> answer) {
        try {
            URI target =
                    base.resolve(new URI(answer.headers().firstValue("location").orElse("")));
            if (target.getHost() != null) {
                return target.getScheme() + "://" + target.getHost()
                        + (target.getPort() < 0 ? "" : ":" + target.getPort());
            }
        } catch (URISyntaxException e) {
            return "an address that is none";
        }
        return "nowhere";
    }

    /** {@code {"status":"error","errorType":"bad_data","error":"…"}}; empty when it is something else. */
    private static String error(byte[] content) {
        String type = "";
        String error = "";
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    type = name.equals("errorType") ? json.getString() : type;
                    error = name.equals("error") ? json.getString() : error;
                }
            }
        } catch (JacksonException e) {
            return "";
        }
        return error.isEmpty() ? "" : type + ", " + error;
    }

    /** Reads one answer. */
    private static final class Reading {
        private final String query;
        private final String mend;
        private final long start;
        private final long step;
        private final int count;
        private final int mostSeries;
        private final List<Series> series = new ArrayList<>();

        Reading(String query, String mend, long start, long step, int count, int mostSeries) {
            this.query = query;
            this.mend = mend;
            this.start = start;
            this.step = step;
            this.count = count;
            this.mostSeries = mostSeries;
        }

        void read(InputStream content) throws PrometheusException {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
                boolean inResult = false;
                for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                    if (token == JsonToken.PROPERTY_NAME) {
                        String name = json.currentName();
                        json.nextToken();
                        if (name.equals("resultType")) {
                            require(json.getString());
                        } else if (name.equals("result")) {
                            inResult = true;
                            while (json.nextToken() == JsonToken.START_OBJECT) {
                                one(json);
                            }
                        } else if (!name.equals("data")) {
                            json.skipChildren();
                        }
                    }
                }
                if (!inResult) {
                    throw new PrometheusException("the answer holds no result: it is none of Prometheus' API");
                }
            }
        }

        private static void require(String type) throws PrometheusException {
            if (!type.equals("matrix") && !type.equals("vector")) {
                throw new PrometheusException("the query gives a " + type + ", no series");
            }
        }

        private void one(JsonParser json) throws PrometheusException {
            if (series.size() == mostSeries) {
                throw new PrometheusException(
                        "the query " + query + " gives more than " + mostSeries + " series" + mend);
            }
            Map<String, String> labels = new TreeMap<>();
            double[] values = new double[count];
            Arrays.fill(values, Double.NaN);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "metric" -> {
                        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                            String label = json.currentName();
                            json.nextToken();
                            labels.put(label, json.getString());
                        }
                    }
                    case "values" -> {
                        while (json.nextToken() == JsonToken.START_ARRAY) {
                            sample(json, values);
                        }
                    }
                    case "value" -> sample(json, values);
                    // Native histograms and whatever is still to come.
                    default -> json.skipChildren();
                }
            }
            series.add(new Series(labels, values));
        }

        /** {@code [1763793600.000, "0.25"]}, the bracket already read. */
        private void sample(JsonParser json, double[] values) {
            json.nextToken();
            long time = Math.round(json.getDoubleValue() * 1000);
            json.nextToken();
            double value = number(json.getString());
            json.nextToken();
            long at = Math.floorDiv(time - start + step / 2, step);
            if (at >= 0 && at < count && Double.isFinite(value)) {
                values[(int) at] = value;
            }
        }

        private static double number(String text) {
            return switch (text) {
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        }
    }
}
