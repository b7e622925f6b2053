package io.evenkeel.ingest.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    /** Points a series that one answer may have; Prometheus refuses more. */
    public static final int MOST_POINTS = 11_000;

    /** Prometheus itself gives a query up after two minutes. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private static final int MOST_WORDS = 600;
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final URI base;
    private final @Nullable String token;

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
     * @throws IllegalArgumentException for another kind of address, or one with a password in it
     */
    public PrometheusApi(URI base, @Nullable String token) {
        String scheme = String.valueOf(base.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || base.getHost() == null) {
            throw new IllegalArgumentException(
                    "'" + withoutUser(base) + "' is no address of a Prometheus, such as http://prometheus:9090");
        }
        if (base.getUserInfo() != null) {
            throw new IllegalArgumentException("an address with a password in it is shown by every process list:"
                    + " leave it out of " + withoutUser(base) + " and give a bearer token in a file");
        }
        this.base = base;
        this.token = token;
    }

    private static String withoutUser(URI address) {
        return String.valueOf(address).replaceFirst("//[^/@]*@", "//");
    }

    /**
     * What a query gives at start, start + step, … , count times.
     *
     * @param count at most {@value #MOST_POINTS}
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
        Reading reading = new Reading(start.toEpochMilli(), step.toMillis(), count, mostSeries);
        ask("api/v1/query_range", form, reading);
        return reading.series;
    }

    /**
     * The labels of the series that a query gives at one time; their values say nothing.
     *
     * @throws PrometheusException if they cannot be had
     */
    public List<Map<String, String>> labels(String query, Instant time, int mostSeries)
            throws IOException, InterruptedException {
        Map<String, String> form = new TreeMap<>();
        form.put("query", query);
        form.put("time", time.toString());
        Reading reading = new Reading(time.toEpochMilli(), 1, 1, mostSeries);
        ask("api/v1/query", form, reading);
        return reading.series.stream().map(Series::labels).toList();
    }

    private void ask(String path, Map<String, String> form, Reading reading) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + '=' + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String prefix = base.toString().endsWith("/") ? base.toString() : base + "/";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(prefix + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new PrometheusException(
                    "no Prometheus answers at " + base + " (" + why + "); is the address right?", e);
        }
        try (InputStream content = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), content.readNBytes(16 * MOST_WORDS));
            }
            reading.read(content);
        } catch (JacksonException e) {
            throw new PrometheusException(
                    base + " answers with something that is no answer of Prometheus' API: " + e.getOriginalMessage(),
                    e);
        }
    }

    private PrometheusException refused(int status, byte[] content) {
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
        private final long start;
        private final long step;
        private final int count;
        private final int mostSeries;
        private final List<Series> series = new ArrayList<>();

        Reading(long start, long step, int count, int mostSeries) {
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
                throw new PrometheusException("the query gives more than " + mostSeries
                        + " series; narrow it by a label, or sum what need not be told apart");
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
