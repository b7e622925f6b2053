package io.evenkeel.benchmarks.proof;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks the door twice a second in each protocol, without ever asking again, and writes down the answer and how long it
 * took.
 */
final class DoorProbe implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long EVERY_MILLIS = 500;

    private final ClientFactory clients = ClientFactory.builder().build();
    private final WebClient http;
    private final WebClient grpc;
    private final byte[] body;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "probe");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * One answer.
     *
     * @param protocol {@code http} or {@code grpc}
     * @param askedNanos {@code System.nanoTime()} of the question
     * @param tookMillis until the answer was whole
     * @param outcome {@code stored}, {@code come-back} (503 with Retry-After, UNAVAILABLE with RetryInfo),
     *     {@code no-answer}, or what was said instead
     */
    record Answer(String protocol, long askedNanos, long tookMillis, String outcome) {}

    /** @param body an export request of metrics that nobody counts */
    DoorProbe(Installation.Place place, byte[] body) {
        this.body = body;
        this.http = client("h1c://127.0.0.1:" + place.otlpHttp());
        this.grpc = client("h2c://127.0.0.1:" + place.otlpGrpc());
        var unused = timer.scheduleAtFixedRate(this::ask, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private WebClient client(String address) {
        return WebClient.builder(address)
                .factory(clients)
                .responseTimeout(LONGEST)
                .writeTimeout(LONGEST)
                .build();
    }

    private void ask() {
        RequestHeaders overHttp =
                RequestHeaders.of(HttpMethod.POST, "/v1/metrics", "content-type", "application/x-protobuf");
        ask("http", http, overHttp, HttpData.wrap(body));
        RequestHeaders overGrpc = RequestHeaders.of(
                HttpMethod.POST,
                "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
                "content-type",
                "application/grpc",
                "te",
                "trailers");
        byte[] framed = ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(body.length)
                .put(body)
                .array();
        ask("grpc", grpc, overGrpc, HttpData.wrap(framed));
    }

    private void ask(String protocol, WebClient client, RequestHeaders headers, HttpData data) {
        long asked = System.nanoTime();
        var unused = client.execute(headers, data).aggregate().handle((answer, failure) -> {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
            String outcome =
                    failure != null ? noAnswer(failure) : protocol.equals("http") ? overHttp(answer) : overGrpc(answer);
            return answers.add(new Answer(protocol, asked, took, outcome));
        });
    }

    private static String noAnswer(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof com.linecorp.armeria.client.ResponseTimeoutException ? "timed-out" : "no-answer";
    }

    private static String overHttp(AggregatedHttpResponse answer) {
        int status = answer.status().code();
        if (status == 200) {
            return "stored";
        }
        boolean says = answer.headers().contains("retry-after");
        return status == 503 && says ? "come-back" : status + (says ? "" : " without Retry-After");
    }

    private static String overGrpc(AggregatedHttpResponse answer) {
        HttpHeaders said = answer.trailers().contains("grpc-status") ? answer.trailers() : answer.headers();
        String status = said.get("grpc-status", "none");
        if (status.equals("0")) {
            return "stored";
        }
        String details = new String(
                Base64.getMimeDecoder().decode(said.get("grpc-status-details-bin", "")), StandardCharsets.ISO_8859_1);
        boolean says = details.contains("google.rpc.RetryInfo");
        return status.equals("14") && says ? "come-back" : "grpc-status " + status + (says ? "" : " without RetryInfo");
    }

    /** All answers so far to questions asked between two moments of {@code System.nanoTime()}. */
    List<Answer> between(long fromNanos, long toNanos) {
        List<Answer> chosen = new ArrayList<>(answers);
        chosen.removeIf(answer -> answer.askedNanos() - fromNanos < 0 || answer.askedNanos() - toNanos > 0);
        return chosen;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        clients.close();
    }
}
