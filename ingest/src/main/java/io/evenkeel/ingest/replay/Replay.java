package io.evenkeel.ingest.replay;

import io.evenkeel.ingest.BearerHeader;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.ingest.HttpAddress;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests through a door, one after the other, in the order in which they were recorded; where the door says "come
 * back later", it comes back. One thread.
 */
public final class Replay {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_WORDS = 500;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI door;
    private final @Nullable String authorization;
    private final long skip;
    private final Pace pace;
    private final Consumer<String> watcher;
    private long seen;
    private long sent;
    private long partly;
    private long refused;
    private String firstRefusal = "";

    /**
     * What became of the requests.
     *
     * @param done requests that need not be sent again: taken, refused, or passed by from the start
     * @param sent taken by the door, wholly or partly
     * @param partly of these, those of which the door left out items
     * @param refused not taken, or not to be read
     * @param firstRefusal the door's words about the first request it did not take all of; empty when there was none
     */
    public record Outcome(long done, long sent, long partly, long refused, String firstRefusal) {}

    /**
     * @param door for example {@code http://127.0.0.1:4318}
     * @param token bearer token, null for none
     * @param skip requests to pass by, of all files together: those that an earlier run has sent
     * @param pace when each is due
     * @param watcher told when the door makes us wait
     * @throws IllegalArgumentException for an address that is none, or a token that no header takes
     */
    public Replay(URI door, @Nullable String token, long skip, Pace pace, Consumer<String> watcher) {
        this.door = HttpAddress.checked(door);
        this.authorization = token == null ? null : BearerHeader.of(token);
        this.skip = skip;
        this.pace = pace;
        this.watcher = watcher;
    }

    /** Sends all that is left of a file; what of it cannot be read counts as refused. */
    public void send(OtlpFile file) throws IOException, InterruptedException {
        pace.begin();
        boolean more = true;
        while (more) {
            try {
                Optional<OtlpFile.Request> request = file.next();
                more = request.isPresent();
                if (more && seen >= skip) {
                    pace.await(request.get(), watcher);
                    send(request.get());
                }
            } catch (UnreadableRequestException e) {
                if (seen >= skip) {
                    watcher.accept(e.getMessage() + "; it is left out");
                    refused++;
                    note(String.valueOf(e.getMessage()));
                }
            }
            seen += more ? 1 : 0;
        }
    }

    private void send(OtlpFile.Request request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(http(request), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() == 503 || answer.statusCode() == 429) {
            watcher.accept("request " + request.number() + " was answered with " + answer.statusCode() + ": "
                    + words(answer) + "; waiting until " + door + " takes it");
        }
        while (answer.statusCode() == 503 || answer.statusCode() == 429) {
            long seconds = answer.headers().firstValueAsLong("retry-after").orElse(1);
            Thread.sleep(Math.max(1, seconds) * 1000);
            answer = client.send(http(request), HttpResponse.BodyHandlers.ofByteArray());
        }
        if (answer.statusCode() != 200) {
            refused++;
            note("request " + request.number() + " was answered with " + answer.statusCode() + ": " + words(answer));
            return;
        }
        sent++;
        byte[] nothingLeftOut = request.format() == BodyFormat.JSON ? new byte[] {'{', '}'} : new byte[0];
        if (answer.body().length > nothingLeftOut.length) {
            partly++;
            note("of request " + request.number() + " the door " + words(answer));
        }
    }

    private HttpRequest http(OtlpFile.Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(door.resolve(path(request.signal())))
                .timeout(PATIENCE)
                .header("content-type", request.format().contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        if (authorization != null) {
            builder.header("authorization", authorization);
        }
        return builder.build();
    }

    private static String path(OtlpSignal signal) {
        return switch (signal) {
            case METRICS -> "/v1/metrics";
            case SPANS -> "/v1/traces";
            case LOGS -> "/v1/logs";
        };
    }

    private void note(String words) {
        if (firstRefusal.isEmpty()) {
            firstRefusal = words;
        }
    }

    /** The message of a Status or of a partial success, readable in either format. */
    private static String words(HttpResponse<byte[]> answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8).replaceAll("[^\\x20-\\x7e]+", " ");
        return text.length() > MOST_WORDS ? text.substring(0, MOST_WORDS) : text.strip();
    }

    public Outcome outcome() {
        return new Outcome(seen, sent, partly, refused, firstRefusal);
    }
}
