package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.evenkeel.ingest.Admission;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.ingest.Refusal;
import io.evenkeel.ingest.RequestHead;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what never becomes a request for the door, because it breaks HTTP itself, and what breaks on the way there: as
 * a google.rpc.Status like every other refusal, and never as a 500. Safe for any thread.
 */
final class BrokenRequests implements ServerErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenRequests.class);

    private final DoorCounters counters;

    BrokenRequests(DoorCounters counters) {
        this.counters = counters;
    }

    /** The door counted this request when it came, and its answer could not be given. */
    @Override
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable failure) {
        LOG.warn("a request failed beside the door; its sender is told 503", failure);
        return answer(context.request().headers(), Refusal.UNEXPECTED, "the request could not be answered in time");
    }

    @Override
    public AggregatedHttpResponse onProtocolViolation(
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return refused(headers, status, description);
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return refused(headers, status, description);
    }

    private AggregatedHttpResponse refused(
            @Nullable RequestHeaders headers, HttpStatus status, @Nullable String description) {
        Refusal reason = switch (status.code()) {
            case 404 -> Refusal.UNKNOWN_PATH;
            case 405 -> Refusal.WRONG_METHOD;
            case 413 -> Refusal.TOO_LARGE;
            case 414 -> Refusal.URI_TOO_LONG;
            case 431 -> Refusal.HEADERS_TOO_LARGE;
            default -> status.isServerError() ? Refusal.UNEXPECTED : Refusal.MALFORMED_HTTP;
        };
        counters.requestReceived();
        counters.requestRefused(reason);
        String message = description == null ? status.reasonPhrase() : description;
        return answer(headers, reason, message).aggregate().join();
    }

    private static HttpResponse answer(@Nullable RequestHeaders headers, Refusal reason, String message) {
        if (headers == null) {
            return HttpAnswers.refusal(BodyFormat.JSON, reason, message);
        }
        RequestHead head = new RequestHead(
                headers.method().name(), headers.path(), headers.get(HttpHeaderNames.CONTENT_TYPE), null, null, -1);
        return Admission.isGrpc(head)
                ? HttpAnswers.grpcRefusal(reason, message)
                : HttpAnswers.refusal(Admission.answerFormat(head), reason, message);
    }
}
