package io.evenkeel.remediation.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts one notification. Follows no redirect, since a signed body must not reach a host that nobody configured. Answers
 * in words what went wrong; never throws for a receiver's fault.
 */
public final class Webhook implements Delivery {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final InstantSource clock;

    public Webhook(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Outcome deliver(Route route, String id, String payload) {
        try {
            byte[] secret = Files.readString(route.secretFile()).strip().getBytes(StandardCharsets.UTF_8);
            if (secret.length == 0) {
                return Outcome.failed("the secret file " + route.secretFile() + " is empty");
            }
            HttpRequest request = HttpRequest.newBuilder(route.url())
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "Evenkeel")
                    .header("Evenkeel-Delivery", id)
                    .header(WebhookSignature.HEADER, WebhookSignature.of(secret, clock.instant(), payload))
                    .POST(HttpRequest.BodyPublishers.ofString(payload))
                    .build();
            // The request's own limit ends with the answer's head; a body that stalls must not hold all other news.
            CompletableFuture<HttpResponse<Void>> answer =
                    client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            int status;
            try {
                status = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            } finally {
                answer.cancel(true);
            }
            return status / 100 == 2 ? Outcome.arrived() : Outcome.failed("the receiver answered " + status);
        } catch (TimeoutException e) {
            return Outcome.failed("no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Outcome.failed(said(e.getCause() == null ? e : e.getCause()));
        } catch (IOException e) {
            return Outcome.failed(said(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.failed("interrupted");
        }
    }

    private static String said(Throwable error) {
        return error.getClass().getSimpleName() + (error.getMessage() == null ? "" : ": " + error.getMessage());
    }
}
