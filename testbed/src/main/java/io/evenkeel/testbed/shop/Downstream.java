package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Calls the other services: one client with kept-alive connections, replicas in turn, no retries, a timeout per call. */
final class Downstream {
    private final Registry registry;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(800))
            .build();

    Downstream(Registry registry) {
        this.registry = registry;
    }

    /** The call did not bring what was asked for; the caller answers 502 or 504. */
    static final class CallFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int answerWith;

        CallFailedException(int answerWith, String message) {
            super(message);
            this.answerWith = answerWith;
        }
    }

    /** @throws CallFailedException on any answer but 2xx, on no answer in time, on no connection */
    JsonNode get(Role callee, String pathAndQuery, Duration timeout) throws InterruptedException {
        return send(callee, pathAndQuery, timeout, "GET", HttpRequest.BodyPublishers.noBody());
    }

    /** @throws CallFailedException as for {@link #get} */
    JsonNode post(Role callee, String path, Object body, Duration timeout) throws InterruptedException {
        return send(callee, path, timeout, "POST", HttpRequest.BodyPublishers.ofString(Json.write(body)));
    }

    /** Loads the client by calling a health port, whose answer does not matter. */
    void warmUp(int healthPort) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + "/healthz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            Json.tree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new CallFailedException(502, "the own health port cannot be reached: " + e);
        }
    }

    private JsonNode send(Role callee, String path, Duration timeout, String method, HttpRequest.BodyPublisher body)
            throws InterruptedException {
        String host = registry.next(callee);
        if (host.isEmpty()) {
            throw new CallFailedException(502, "no replica of " + callee.word() + " is registered");
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + path))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new CallFailedException(
                        502, callee.word() + " at " + host + " answered " + response.statusCode());
            }
            return Json.tree(response.body());
        } catch (HttpTimeoutException e) {
            throw new CallFailedException(504, callee.word() + " at " + host + " did not answer in time");
        } catch (IOException e) {
            throw new CallFailedException(502, callee.word() + " at " + host + " cannot be reached: " + e);
        }
    }
}
