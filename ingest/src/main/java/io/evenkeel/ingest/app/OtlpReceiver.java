package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.evenkeel.ingest.Admission;
import io.evenkeel.ingest.DoorCounters;
import io.evenkeel.ingest.DoorSnapshot;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import io.evenkeel.ingest.app.ReceiverStartException.Problem;
import io.evenkeel.ingest.kafka.KafkaTelemetryLog;
import io.netty.handler.ssl.ClientAuth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OTLP front door: takes metrics, spans and logs over gRPC and HTTP, and says yes only when Kafka has them. Runs
 * from {@link #start} to {@link #close}; Kafka may come, go and come back meanwhile. Never decodes, judges or keeps
 * telemetry itself.
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpReceiver.class);

    /** What the log may take to answer (see {@link KafkaTelemetryLog}), and some decoding. */
    private static final Duration AFTER_BODY = Duration.ofSeconds(15);

    private static final Duration SHUTDOWN_QUIET = Duration.ofMillis(100);
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(6);
    /** Pieces of HTTP/1 bodies; the default of 8 KiB makes 8192 arrays of a 64 MiB body. */
    private static final int PIECE_BYTES = 64 * 1024;
    /** An exporter keeps one or a few connections with seldom more than a dozen requests under way. */
    private static final int MAX_STREAMS = 256;
    /** OTLP's longest path has 63 characters. */
    private static final int MAX_LINE_BYTES = 4096;

    private static final int MAX_HEADER_BYTES = 8192;
    /** Streams that a client takes back, as in "rapid reset" (CVE-2023-44487): above it the connection is shut. */
    private static final int MAX_RESETS = 400;

    private static final int RESET_WINDOW_SECONDS = 60;

    private final Server server;
    private final OtlpDoor door;
    private final KafkaTelemetryLog log;
    private final DoorCounters counters;
    private final ExecutorService workers;
    private final int grpcPort;
    private final int httpPort;

    private OtlpReceiver(OtlpReceiverOptions options, InetAddress address, Guards guards) {
        counters = new DoorCounters();
        log = new KafkaTelemetryLog(options.kafkaBootstrap(), counters, System::nanoTime);
        int cores = Runtime.getRuntime().availableProcessors();
        AtomicInteger number = new AtomicInteger();
        workers = Executors.newFixedThreadPool(cores, task -> {
            Thread thread = new Thread(task, "otlp-door-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        Admission admission = new Admission(
                options.limits().maxRequestBytes(),
                options.limits().maxRecordBytes(),
                guards.tokens,
                options.mask(),
                System::nanoTime);
        door = new OtlpDoor(options, admission, log, counters, workers);
        server = serverOf(options, address, cores, door, counters, guards.tls);
        try {
            server.start().join();
        } catch (CompletionException e) {
            release();
            throw portUnavailable(options, e.getCause() == null ? e : e.getCause());
        }
        List<Integer> ports = server.activePorts().keySet().stream()
                .map(InetSocketAddress::getPort)
                .toList();
        grpcPort = boundPort(options.grpcPort(), ports, options.httpPort());
        httpPort = boundPort(options.httpPort(), ports, grpcPort);
    }

    /** The asked port, or where 0 was asked for the one of the bound ports that is not the other's. */
    private static int boundPort(int asked, List<Integer> bound, int other) {
        return asked != 0
                ? asked
                : bound.stream().filter(port -> port != other).findFirst().orElseThrow();
    }

    /**
     * Opens the door. Kafka need not be up: until it is, senders are told 503.
     *
     * @throws ReceiverStartException when it cannot open as told; the message is for the operator
     */
    public static OtlpReceiver start(OtlpReceiverOptions options) {
        InetAddress address = addressOf(options.bind());
        refuseUnguarded(options, address);
        Guards guards = Guards.of(options.guard());
        OtlpReceiver receiver = new OtlpReceiver(options, address, guards);
        LOG.info(
                "OTLP receiver: listening on {} grpc={} http={} token={} tls={}",
                options.bind(),
                receiver.grpcPort,
                receiver.httpPort,
                guards.tokens == null ? "none" : "required",
                guards.tls == null ? "none" : options.guard().asksWho() ? "on" : "server only");
        return receiver;
    }

    /**
     * Finds out what {@link #start} would refuse without opening anything: an unknown address, an address others can
     * reach without a token, a token that cannot be used.
     *
     * @throws ReceiverStartException as start would
     */
    public static void check(OtlpReceiverOptions options) {
        refuseUnguarded(options, addressOf(options.bind()));
        Guards.of(options.guard());
    }

    private static void refuseUnguarded(OtlpReceiverOptions options, InetAddress address) {
        if (!address.isLoopbackAddress() && !options.guard().asksWho()) {
            throw new ReceiverStartException(
                    Problem.BEYOND_LOOPBACK_UNGUARDED,
                    "OTLP receiver: refuses to listen on " + options.bind() + ", which others can reach, without asking"
                            + " who sends; name a token file or a client authority, or bind to 127.0.0.1",
                    null);
        }
    }

    private static InetAddress addressOf(String bind) {
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new ReceiverStartException(
                    Problem.UNKNOWN_ADDRESS, "OTLP receiver: there is no address " + bind + " on this machine", e);
        }
    }

    private static Server serverOf(
            OtlpReceiverOptions options,
            InetAddress address,
            int cores,
            OtlpDoor door,
            DoorCounters counters,
            @Nullable TlsFiles tls) {
        SessionProtocol protocol = tls == null ? SessionProtocol.HTTP : SessionProtocol.HTTPS;
        Limits limits = options.limits();
        ServerBuilder builder = Server.builder()
                .port(new InetSocketAddress(address, options.grpcPort()), protocol)
                .workerGroup(cores)
                .maxNumConnections(limits.maxConnections())
                .http2MaxStreamsPerConnection(MAX_STREAMS)
                .http1MaxChunkSize(PIECE_BYTES)
                // The door has its own limits, which know the byte budget and answer in OTLP's terms.
                .maxRequestLength(0)
                .requestTimeout(limits.bodyTimeout().plus(AFTER_BODY))
                // Pings do not count: a client without requests may come again.
                .idleTimeout(limits.idleTimeout(), false)
                .http1MaxInitialLineLength(MAX_LINE_BYTES)
                .http1MaxHeaderSize(MAX_HEADER_BYTES)
                .http2MaxHeaderListSize(MAX_HEADER_BYTES)
                .http2MaxResetFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .errorHandler(new BrokenRequests(counters))
                .disableServerHeader()
                .gracefulShutdownTimeout(SHUTDOWN_QUIET, SHUTDOWN_PATIENCE)
                .serviceUnder("/", door);
        if (options.httpPort() == 0 || options.httpPort() != options.grpcPort()) {
            builder.port(new InetSocketAddress(address, options.httpPort()), protocol);
        }
        if (tls != null) {
            boolean asksClients = !tls.trustedCertificates("*").isEmpty();
            builder.tlsProvider(
                    tls,
                    ServerTlsConfig.builder()
                            .clientAuth(asksClients ? ClientAuth.REQUIRE : ClientAuth.NONE)
                            .build());
        }
        return builder.build();
    }

    private static ReceiverStartException portUnavailable(OtlpReceiverOptions options, Throwable cause) {
        return new ReceiverStartException(
                Problem.PORT_UNAVAILABLE,
                "OTLP receiver: cannot listen on " + options.bind() + " ports " + options.grpcPort() + " (gRPC) and "
                        + options.httpPort() + " (HTTP): " + cause.getMessage()
                        + "; stop what holds the port or choose another",
                cause);
    }

    /** Bound OTLP/gRPC port; the real one where 0 was asked for. */
    public int grpcPort() {
        return grpcPort;
    }

    /** Bound OTLP/HTTP port; the real one where 0 was asked for. */
    public int httpPort() {
        return httpPort;
    }

    /** What went through since {@link #start}. */
    public DoorSnapshot counters() {
        return counters.snapshot();
    }

    /** Tells new requests to come back later, lets those under way finish for some seconds, then shuts. */
    @Override
    public void close() {
        door.close();
        server.stop().join();
        release();
    }

    private void release() {
        log.close();
        workers.shutdown();
    }
}
