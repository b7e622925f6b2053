package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.evenkeel.ingest.Admission;
import io.evenkeel.ingest.Answer;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.ingest.BodyUnpacker;
import io.evenkeel.ingest.ByteBudget;
import io.evenkeel.ingest.ByteBudget.Claim;
import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.ingest.Entrance;
import io.evenkeel.ingest.Load;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.RequestHead;
import io.evenkeel.ingest.Verdict;
import io.evenkeel.ingest.Verdict.Accepted;
import io.evenkeel.ingest.Verdict.Refused;
import io.evenkeel.ingest.kafka.KafkaTelemetryLog;
import io.evenkeel.ingest.kafka.LogUnavailableException;
import io.evenkeel.wire.otlp.SlicedRequest;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One export request from its head to its answer: admit, read, unpack, slice, write, answer. Event loops only read and
 * answer; unpacking and slicing run on the workers; nobody waits for Kafka. Each step may refuse, and a refusal is the
 * answer. No exception becomes a 500: exporters drop what they get a 500 for.
 */
final class OtlpDoor implements HttpService {
    private static final AsciiString GRPC_ENCODING = HttpHeaderNames.of("grpc-encoding");
    private static final Logger LOG = LoggerFactory.getLogger(OtlpDoor.class);

    private final OtlpReceiverOptions options;
    private final Admission admission;
    private final BodyUnpacker unpacker;
    private final ByteBudget budget;
    private final KafkaTelemetryLog log;
    private final DoorCounters counters;
    private final Executor workers;
    private volatile boolean closing;

    OtlpDoor(
            OtlpReceiverOptions options,
            Admission admission,
            KafkaTelemetryLog log,
            DoorCounters counters,
            Executor workers) {
        this.options = options;
        this.admission = admission;
        this.unpacker = new BodyUnpacker(options.limits().maxRequestBytes(), admission);
        this.budget = new ByteBudget(options.limits().maxInFlightBytes());
        this.log = log;
        this.counters = counters;
        this.workers = workers;
    }

    /** From now on every new request is told to come back later. */
    void close() {
        closing = true;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        counters.requestReceived();
        RequestHead head = headOf(context, request);
        try {
            return admit(context, request, head);
        } catch (RuntimeException e) {
            return refuse(Admission.isGrpc(head), Admission.answerFormat(head), unexpected(e));
        }
    }

    private HttpResponse admit(ServiceRequestContext context, HttpRequest request, RequestHead head) {
        Load load = new Load(
                budget.taken(), budget.budget(), options.diskNearlyFull().getAsBoolean(), closing);
        Verdict<Entrance> verdict = admission.atDoor(head, load);
        if (verdict instanceof Accepted<Entrance> admitted) {
            return HttpResponse.of(export(context, request, admitted.value()));
        }
        return refuse(Admission.isGrpc(head), Admission.answerFormat(head), (Refused<?>) verdict);
    }

    private static RequestHead headOf(ServiceRequestContext context, HttpRequest request) {
        RequestHeaders headers = request.headers();
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
        boolean grpc = contentType != null && contentType.startsWith("application/grpc");
        return new RequestHead(
                request.method().name(),
                context.path(),
                contentType,
                headers.get(grpc ? GRPC_ENCODING : HttpHeaderNames.CONTENT_ENCODING),
                headers.get(HttpHeaderNames.AUTHORIZATION),
                headers.contentLength());
    }

    private CompletableFuture<HttpResponse> export(
            ServiceRequestContext context, HttpRequest request, Entrance entrance) {
        Claim claim = budget.claim();
        long maxBytes = options.limits().maxRequestBytes() + (entrance.grpc() ? BodyUnpacker.GRPC_PREFIX_BYTES : 0L);
        return BodyReader.read(context, request, maxBytes, options.limits().bodyTimeout(), claim, admission, counters)
                .thenApplyAsync(read -> shape(entrance, read, claim), workers)
                .thenCompose(shaped -> write(entrance, shaped))
                .exceptionally(failure -> unexpected(failure))
                .thenApply(written -> answer(entrance, written))
                .whenComplete((response, failure) -> claim.release());
    }

    private Verdict<SlicedRequest> shape(Entrance entrance, Verdict<List<byte[]>> read, Claim claim) {
        if (read instanceof Refused<List<byte[]>> refused) {
            return refused.as();
        }
        Verdict<byte[]> unpacked = unpacker.unpack(entrance, ((Accepted<List<byte[]>>) read).value(), claim);
        if (unpacked instanceof Refused<byte[]> refused) {
            return refused.as();
        }
        byte[] body = ((Accepted<byte[]>) unpacked).value();
        // JSON becomes protobuf bytes of about half its size, held beside it until Kafka has them.
        if (entrance.format() == BodyFormat.JSON && !claim.grow(body.length / 2)) {
            return Verdict.refused(Refusal.TOO_BUSY, "too many bytes in flight");
        }
        return admission.atShape(entrance, body);
    }

    private CompletableFuture<Verdict<SlicedRequest>> write(Entrance entrance, Verdict<SlicedRequest> shaped) {
        if (!(shaped instanceof Accepted<SlicedRequest> accepted)) {
            return CompletableFuture.completedFuture(shaped);
        }
        return log.append(entrance.signal(), accepted.value().slices()).handle((done, failure) -> {
            if (failure == null) {
                return shaped;
            }
            return failure instanceof LogUnavailableException
                    ? Verdict.refused(Refusal.LOG_UNAVAILABLE, "not stored: " + failure.getMessage())
                    : unexpected(failure);
        });
    }

    private static Refused<SlicedRequest> unexpected(Throwable failure) {
        LOG.error("export request failed by a fault of ours; its sender is told 503", failure);
        return new Refused<>(Refusal.UNEXPECTED, "a fault of the receiver; its log says which");
    }

    private HttpResponse answer(Entrance entrance, Verdict<SlicedRequest> written) {
        if (written instanceof Refused<SlicedRequest> refused) {
            return refuse(entrance.grpc(), entrance.format(), refused);
        }
        SlicedRequest stored = ((Accepted<SlicedRequest>) written).value();
        counters.requestAccepted(entrance.signal(), stored.acceptedItems(), stored.faults());
        byte[] body = Answer.success(entrance.signal(), entrance.format(), stored.faults());
        return entrance.grpc() ? HttpAnswers.grpcSuccess(body) : HttpAnswers.success(entrance.format(), body);
    }

    private HttpResponse refuse(boolean grpc, BodyFormat format, Refused<?> refused) {
        counters.requestRefused(refused.reason());
        return grpc
                ? HttpAnswers.grpcRefusal(refused.reason(), refused.message())
                : HttpAnswers.refusal(format, refused.reason(), refused.message());
    }
}
