package io.evenkeel.benchmarks.proof;

import io.evenkeel.remediation.notify.WebhookSignature;
import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The on-call's pager: takes what the product posts and counts it. It runs in the proof, outside the product. */
final class Pager implements AutoCloseable {
    static final String PATH = "/on-call";
    private static final Pattern SIGNATURE = Pattern.compile("t=(\\d{1,18}),v1=[0-9a-f]{64}");

    private final byte[] key;
    private final InstantSource clock;
    private final JsonServer server;
    private final List<Page> pages = new CopyOnWriteArrayList<>();

    /**
     * One request that came.
     *
     * @param event the product's word, for example {@code incident.opened}
     * @param incident its number, 0 when the body names none
     * @param isSigned whether it carries the signature of our key
     */
    record Page(Instant at, String event, long incident, String text, boolean isSigned) {}

    Pager(int port, String key, InstantSource clock) throws IOException {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
        this.server = JsonServer.bind(port, 2).on(PATH, this::take).start();
    }

    /** Every request so far, oldest first; a repetition counts again. */
    List<Page> pages() {
        return List.copyOf(pages);
    }

    private Answer take(Request request) {
        String body = request.body();
        JsonNode json = Json.tree(body);
        pages.add(new Page(
                clock.instant(),
                json.path("event").asString(""),
                json.path("incident").path("number").asLong(0),
                json.path("text").asString(""),
                isSigned(request.header(WebhookSignature.HEADER), body)));
        return Answer.ok(Map.of());
    }

    private boolean isSigned(@Nullable String header, String body) {
        if (header == null) {
            return false;
        }
        Matcher signature = SIGNATURE.matcher(header);
        return signature.matches()
                && WebhookSignature.of(key, Instant.ofEpochSecond(Long.parseLong(signature.group(1))), body)
                        .equals(header);
    }

    @Override
    public void close() {
        server.stop();
    }
}
