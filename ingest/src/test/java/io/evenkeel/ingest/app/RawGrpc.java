package io.evenkeel.ingest.app;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;

/** Unary gRPC by hand, for calls that no generated client makes. */
final class RawGrpc {
    static final String METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    private final WebClient client;

    RawGrpc(int port) {
        client = WebClient.builder("h2c://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(20))
                .build();
    }

    /**
     * What the door said.
     *
     * @param code google.rpc.Code
     * @param status of {@code grpc-status-details-bin}; the default instance when there is none
     */
    record Answer(int code, String message, Status status) {}

    /** @param headers name, value, name, value... */
    Answer call(String path, byte[] frames, String... headers) throws InvalidProtocolBufferException {
        RequestHeadersBuilder head = RequestHeaders.builder(HttpMethod.POST, path)
                .add(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
                .add(HttpHeaderNames.TE, "trailers");
        for (int i = 0; i < headers.length; i += 2) {
            head.set(headers[i], headers[i + 1]);
        }
        AggregatedHttpResponse response = client.execute(HttpRequest.of(head.build(), HttpData.wrap(frames)))
                .aggregate()
                .join();
        String code = response.headers().get("grpc-status", response.trailers().get("grpc-status", "-1"));
        String details = response.headers().get("grpc-status-details-bin", "");
        return new Answer(
                Integer.parseInt(code),
                response.headers().get("grpc-message", ""),
                Status.parseFrom(Base64.getDecoder().decode(details)));
    }

    /** @param flag 1 = compressed */
    static byte[] frame(int flag, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
