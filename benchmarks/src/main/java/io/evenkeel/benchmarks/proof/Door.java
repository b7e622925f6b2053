package io.evenkeel.benchmarks.proof;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The product's OTLP/HTTP door as an exporter sees it. Safe for many threads. */
final class Door {
    /** An exporter's usual time limit (OTEL_EXPORTER_OTLP_TIMEOUT, 10 s). */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int OK = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI metrics;

    Door(int httpPort) {
        metrics = URI.create("http://127.0.0.1:" + httpPort + "/v1/metrics");
    }

    /** True when the whole request was acknowledged; anything else, no answer included, is false. */
    boolean accepts(byte[] body, Duration patience) {
        HttpRequest request = HttpRequest.newBuilder(metrics)
                .timeout(patience)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean isWhole = answer.body().length == 0; // a partial success has a body
            return answer.statusCode() == OK && isWhole;
        } catch (IOException e) {
            return false; // refused, broken or timed out: to an exporter all the same
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** True when the door is open. */
    boolean isOpen() {
        return accepts(new byte[0], Duration.ofSeconds(2));
    }
}
