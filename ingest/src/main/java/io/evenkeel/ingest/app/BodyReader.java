package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.evenkeel.ingest.Admission;
import io.evenkeel.ingest.ByteBudget.Claim;
import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Gathers one body as it arrives, chunked or not, and stops reading when it is too large, too slow or not in the
 * budget. Runs on the connection's event loop and never blocks it.
 */
final class BodyReader implements Subscriber<HttpObject> {
    private final long maxBytes;
    private final Claim claim;
    private final Admission admission;
    private final DoorCounters counters;
    private final CompletableFuture<Verdict<List<byte[]>>> whole = new CompletableFuture<>();
    private final List<byte[]> pieces = new ArrayList<>();
    private @Nullable Subscription subscription;
    private long bytes;

    private BodyReader(long maxBytes, Claim claim, Admission admission, DoorCounters counters) {
        this.maxBytes = maxBytes;
        this.claim = claim;
        this.admission = admission;
        this.counters = counters;
    }

    /** The pieces in order, or the refusal; never fails. */
    static CompletableFuture<Verdict<List<byte[]>>> read(
            ServiceRequestContext context,
            HttpRequest request,
            long maxBytes,
            Duration timeout,
            Claim claim,
            Admission admission,
            DoorCounters counters) {
        BodyReader reader = new BodyReader(maxBytes, claim, admission, counters);
        if (!claim.grow(0)) {
            return CompletableFuture.completedFuture(tooBusy());
        }
        var timer = context.eventLoop()
                .schedule(
                        () -> reader.stop(Verdict.refused(
                                Refusal.SLOW_SENDER, "the body did not arrive within " + timeout.toSeconds() + " s")),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        var unused = reader.whole.whenComplete((verdict, failure) -> timer.cancel(false));
        request.subscribe(reader, context.eventLoop());
        return reader.whole;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject object) {
        if (!(object instanceof HttpData data) || whole.isDone()) {
            return;
        }
        bytes += data.length();
        counters.bodyReceived(data.length());
        if (bytes > maxBytes) {
            stop(admission.tooLarge());
        } else if (!claim.grow(data.length())) {
            stop(tooBusy());
        } else {
            pieces.add(data.array());
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.complete(Verdict.refused(Refusal.SENDER_GONE, "the sender went away"));
    }

    @Override
    public void onComplete() {
        whole.complete(Verdict.accepted(pieces));
    }

    private void stop(Verdict<List<byte[]>> refusal) {
        if (whole.complete(refusal)) {
            pieces.clear();
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }

    private static Verdict<List<byte[]>> tooBusy() {
        return Verdict.refused(Refusal.TOO_BUSY, "too many bytes in flight");
    }
}
