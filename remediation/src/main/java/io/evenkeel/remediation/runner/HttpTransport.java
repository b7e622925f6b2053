package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.runbook.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks JSON to catalogued endpoints and to nothing else: the host comes from the catalogue, redirects are not followed,
 * an answer is read up to {@value #MAX_BYTES} bytes. The bearer token is read from its file at each call and is struck
 * out of every text that leaves here. Safe for use by many threads.
 */
final class HttpTransport {
    private static final int MAX_BYTES = 1 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** What came back, or why nothing did. */
    sealed interface Answer {
        /** The endpoint answered. The body is an empty object when it was no JSON. */
        record Received(int status, JsonNode body) implements Answer {}

        /** Nothing was sent, for certain. */
        record NotSent(String reason) implements Answer {}

        /** It was sent, or may have been, and no answer came. */
        record Lost(String reason) implements Answer {}
    }

    /**
     * @param path fixed path below the endpoint's address, beginning with a slash
     * @param body JSON value, null for none
     * @param token idempotency key, null for reads
     */
    Answer send(Endpoint endpoint, String method, String path, @Nullable Object body, @Nullable UUID token) {
        String secret;
        try {
            secret = secret(endpoint.tokenFile());
        } catch (IOException e) {
            return new Answer.NotSent("the token file of endpoint " + endpoint.name() + " cannot be read");
        }
        HttpRequest request;
        try {
            request = request(endpoint, method, path, body, token, secret);
        } catch (IllegalArgumentException e) {
            // Not its message: for a header it would quote the token.
            return new Answer.NotSent("no request can be made for endpoint " + endpoint.name() + path
                    + ": check the path, and that its token file holds one line");
        }
        Body received = new Body();
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(received));
        try {
            // The limit of the request itself ends with the answer's head; a body that stalls must not hold us for
            // ever.
            HttpResponse<Void> response = answer.get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer.Received(response.statusCode(), json(received.bytes(), secret));
        } catch (TimeoutException e) {
            answer.cancel(true);
            return lost(endpoint, "no end within " + endpoint.timeout().toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return cause instanceof HttpConnectTimeoutException || cause instanceof ConnectException
                    ? new Answer.NotSent("endpoint " + endpoint.name() + " cannot be reached")
                    : lost(
                            endpoint,
                            cause == null ? "unknown" : cause.getClass().getSimpleName());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return new Answer.Lost("interrupted while waiting for endpoint " + endpoint.name());
        }
    }

    private static Answer lost(Endpoint endpoint, String why) {
        return new Answer.Lost("no answer of endpoint " + endpoint.name() + " (" + why + ")");
    }

    /** Keeps the first bytes of an answer and lets the rest pass by. */
    private static final class Body implements Consumer<Optional<byte[]>> {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public synchronized void accept(Optional<byte[]> next) {
            next.ifPresent(bytes -> kept.write(bytes, 0, Math.min(bytes.length, MAX_BYTES - kept.size())));
        }

        synchronized byte[] bytes() {
            return kept.toByteArray();
        }
    }

    private static HttpRequest request(
            Endpoint endpoint, String method, String path, @Nullable Object body, @Nullable UUID token, String secret) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(endpoint, path))
                .timeout(endpoint.timeout())
                .header("Accept", "application/json");
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        if (token != null) {
            request.header("Idempotency-Key", token.toString());
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(CanonicalJson.write(body)));
        }
        return request.build();
    }

    /** A short error text of an answer: its {@code error} or {@code message}, else its status. */
    static String error(Answer.Received answer) {
        for (String field : new String[] {"error", "message", "title"}) {
            JsonNode text = answer.body().path(field);
            if (text.isString() && !text.asString().isBlank()) {
                String said = text.asString();
                return "HTTP " + answer.status() + ": " + (said.length() > 300 ? said.substring(0, 300) + "…" : said);
            }
        }
        return "HTTP " + answer.status();
    }

    /** A JSON value as plain Java: maps, lists, text, numbers, flags. */
    static @Nullable Object plain(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }

    /** A JSON object as a map with its keys in order; empty for anything else. */
    static Map<String, @Nullable Object> object(JsonNode node) {
        Map<String, @Nullable Object> map = new java.util.LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }

    private static URI address(Endpoint endpoint, String path) {
        String base = endpoint.url().toString();
        URI address = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        boolean sameHost = endpoint.url().getHost().equals(address.getHost())
                && endpoint.url().getPort() == address.getPort();
        if (!path.startsWith("/") || !sameHost) {
            throw new IllegalArgumentException("path '" + path + "' leaves endpoint " + endpoint.name());
        }
        return address;
    }

    private static String secret(@Nullable Path file) throws IOException {
        return file == null ? "" : Files.readString(file).strip();
    }

    private static JsonNode json(byte[] bytes, String secret) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!secret.isEmpty()) {
            text = text.replace(secret, "***");
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null ? MAPPER.createObjectNode() : node;
        } catch (JacksonException e) {
            return MAPPER.createObjectNode();
        }
    }
}
