package io.evenkeel.testbed;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Speaks to a running supervisor, for the demo's story and for {@code evenkeel break}. */
public final class SupervisorClient {
    private final int port;
    private final Path tokenFile;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** @param tokenFile read at each call, so that the client may be made before the supervisor has made it */
    public SupervisorClient(int port, Path tokenFile) {
        this.port = port;
        this.tokenFile = tokenFile;
    }

    /** {@code {"state":"starting|ready|failed","ready":7,"of":7,"error":""}}; an empty object while nobody answers. */
    public JsonNode healthOrNothing() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return Json.tree(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException | BadRequestException notThereYet) {
            return Json.tree("{}");
        }
    }

    public JsonNode services() throws IOException, InterruptedException {
        return call("GET", "/services", null, null);
    }

    public JsonNode service(String name) throws IOException, InterruptedException {
        return call("GET", "/services/" + name, null, null);
    }

    /**
     * Builds a sound release of a service, one patch level up, without deploying it.
     *
     * @return its version
     */
    public String newRelease(String service) throws IOException, InterruptedException {
        return call("POST", "/releases", Map.of("service", service), null)
                .path("version")
                .asString();
    }

    /** Begins to deploy a release; see {@link #awaitOperation}. */
    public void deploy(String service, String version, String key) throws IOException, InterruptedException {
        call("POST", "/services/" + service + "/deploy", Map.of("version", version), key);
    }

    /** @param toVersion null for the one before */
    public void rollback(String service, @Nullable String toVersion, String key)
            throws IOException, InterruptedException {
        Map<String, Object> body = toVersion == null ? Map.of() : Map.of("toVersion", toVersion);
        call("POST", "/services/" + service + "/rollback", body, key);
    }

    /**
     * Has one replica of a service do ordinary work for a while.
     *
     * @param chore a word of {@link io.evenkeel.testbed.shop.Chore}
     */
    public void chore(String service, String chore, Duration lasts, String key)
            throws IOException, InterruptedException {
        Map<String, Object> body = Map.of("chore", chore, "seconds", lasts.toSeconds());
        call("POST", "/services/" + service + "/chore", body, key);
    }

    /** {@code {"token","state":"unknown|running|applied|failed",…}}. */
    public JsonNode operation(String key) throws IOException, InterruptedException {
        return send("GET", "/operations/" + key, null, null).json();
    }

    /**
     * Waits until an operation has ended.
     *
     * @return it, applied or failed; still running when the time is over
     */
    public JsonNode awaitOperation(String key, Duration within) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        JsonNode operation = operation(key);
        while (operation.path("state").asString("").equals("running") && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
            operation = operation(key);
        }
        return operation;
    }

    /**
     * Breaks something.
     *
     * @param fault a word of {@link io.evenkeel.testbed.fault.FaultKind}, or {@code unknown}
     * @param intensity 1 to 3
     * @return the fault: {@code id}, {@code how}, {@code startedAt} and more
     * @throws IOException with the supervisor's own words when it refuses
     */
    public JsonNode inject(String service, String fault, int intensity) throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("service", service);
        body.put("fault", fault);
        body.put("intensity", intensity);
        return call("POST", "/faults", body, null);
    }

    /** Takes a fault back. */
    public JsonNode revert(String id) throws IOException, InterruptedException {
        return call("DELETE", "/faults/" + id, null, null);
    }

    /**
     * Takes a fault back and waits until the shop stands without it.
     *
     * @return the fault; {@code active} while that has not come about
     */
    public JsonNode revertAndAwait(String id, Duration within) throws IOException, InterruptedException {
        revert(id);
        awaitOperation(id + "-revert", within);
        for (JsonNode fault : faults()) {
            if (fault.path("id").asString("").equals(id)) {
                return fault;
            }
        }
        throw new IOException("the test bed knows no fault " + id);
    }

    /** Every fault so far; {@code active} tells which still are. */
    public JsonNode faults() throws IOException, InterruptedException {
        return call("GET", "/faults", null, null);
    }

    /** What can be broken, in words. */
    public JsonNode faultCatalogue() throws IOException, InterruptedException {
        return call("GET", "/faults/catalogue", null, null);
    }

    public JsonNode journal() throws IOException, InterruptedException {
        return call("GET", "/journal", null, null);
    }

    private record Reply(int status, JsonNode json) {}

    private JsonNode call(String method, String path, @Nullable Object body, @Nullable String key)
            throws IOException, InterruptedException {
        Reply reply = send(method, path, body, key);
        if (reply.status() / 100 != 2) {
            throw new IOException("the test bed refuses " + method + " " + path + ": "
                    + reply.json().path("error").asString("status " + reply.status()));
        }
        return reply.json();
    }

    private Reply send(String method, String path, @Nullable Object body, @Nullable String key)
            throws IOException, InterruptedException {
        if (!Files.exists(tokenFile)) {
            throw new IOException(
                    "no test bed has run here: " + tokenFile + " is not there; start it with evenkeel demo");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + Files.readString(tokenFile).strip())
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(Json.write(body)));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), Json.tree(response.body()));
        } catch (java.net.ConnectException e) {
            throw new IOException("no test bed answers on 127.0.0.1:" + port + "; start it with evenkeel demo", e);
        } catch (BadRequestException e) {
            throw new IOException("on 127.0.0.1:" + port + " somebody else answers: " + e.getMessage(), e);
        }
    }
}
