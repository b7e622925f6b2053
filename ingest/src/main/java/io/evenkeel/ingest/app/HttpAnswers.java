package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.evenkeel.ingest.Answer;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.ingest.Compression;
import io.evenkeel.ingest.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Puts answers on the wire: OTLP/HTTP, and unary gRPC over HTTP/2 (grpc/grpc, doc/PROTOCOL-HTTP2.md). Pure. */
final class HttpAnswers {
    private static final String GRPC_CONTENT_TYPE = "application/grpc";

    private HttpAnswers() {}

    static HttpResponse success(BodyFormat format, byte[] body) {
        ResponseHeaders headers = ResponseHeaders.builder(200)
                .add(HttpHeaderNames.CONTENT_TYPE, format.contentType())
                .build();
        return HttpResponse.of(headers, HttpData.wrap(body));
    }

    static HttpResponse grpcSuccess(byte[] message) {
        ResponseHeaders headers = ResponseHeaders.builder(200)
                .add(HttpHeaderNames.CONTENT_TYPE, GRPC_CONTENT_TYPE)
                .build();
        byte[] frame = new byte[5 + message.length];
        frame[1] = (byte) (message.length >>> 24);
        frame[2] = (byte) (message.length >>> 16);
        frame[3] = (byte) (message.length >>> 8);
        frame[4] = (byte) message.length;
        System.arraycopy(message, 0, frame, 5, message.length);
        return HttpResponse.of(headers, HttpData.wrap(frame), HttpHeaders.of("grpc-status", "0"));
    }

    static HttpResponse refusal(BodyFormat format, Refusal reason, String message) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(reason.httpStatus()).add(HttpHeaderNames.CONTENT_TYPE, format.contentType());
        if (reason.mayRetry()) {
            headers.add(HttpHeaderNames.RETRY_AFTER, String.valueOf(Answer.RETRY_AFTER_SECONDS));
        }
        if (reason == Refusal.WRONG_METHOD) {
            headers.add(HttpHeaderNames.ALLOW, "POST");
        }
        if (reason == Refusal.UNAUTHENTICATED) {
            headers.add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(Answer.status(reason, message, format)));
    }

    /** "Trailers-Only": one header frame that carries the status. */
    static HttpResponse grpcRefusal(Refusal reason, String message) {
        byte[] status = Answer.status(reason, message, BodyFormat.PROTOBUF);
        ResponseHeadersBuilder headers = ResponseHeaders.builder(200)
                .endOfStream(true)
                .add(HttpHeaderNames.CONTENT_TYPE, GRPC_CONTENT_TYPE)
                .add("grpc-status", String.valueOf(reason.grpcCode()))
                .add("grpc-message", percentEncoded(message))
                .add(
                        "grpc-status-details-bin",
                        Base64.getEncoder().withoutPadding().encodeToString(status));
        if (reason == Refusal.UNKNOWN_COMPRESSION) {
            headers.add("grpc-accept-encoding", Compression.ACCEPTED);
        }
        return HttpResponse.of(headers.build());
    }

    /** gRPC wants all but printable ASCII, and the percent sign itself, percent-encoded. */
    private static String percentEncoded(String message) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (byte next : message.getBytes(StandardCharsets.UTF_8)) {
            if (next >= ' ' && next <= '~' && next != '%') {
                plain.write(next);
            } else {
                byte[] escape = String.format("%%%02X", next & 0xff).getBytes(StandardCharsets.US_ASCII);
                plain.write(escape, 0, escape.length);
            }
        }
        return plain.toString(StandardCharsets.US_ASCII);
    }
}
