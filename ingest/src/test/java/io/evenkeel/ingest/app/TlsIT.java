package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import io.evenkeel.ingest.kafka.TestBroker;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The door over TLS, with certificates of a real authority and unmodified clients. */
class TlsIT {
    private static final byte[] POINT = gauge("queue.depth", NOON).toByteArray();
    private static final String SERVER = "san=ip:127.0.0.1,dns:localhost";

    @TempDir
    static Path directory;

    private static TestBroker broker;
    private static Certificates certificates;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(Files.createDirectory(directory.resolve("broker")));
        certificates = new Certificates(directory.resolve("certificates"));
        certificates.sign("server", SERVER);
        certificates.sign("sender", "eku=clientAuth");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static OtlpReceiver door(Path clientAuthority) {
        Tls tls = new Tls(certificates.certificate("server"), certificates.key("server"), clientAuthority);
        return OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap())
                .listeningOn("127.0.0.1", 0, 0)
                .withGuard(new Guard(null, tls)));
    }

    private static int post(int port, SSLContext context) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(context).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/metrics"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(POINT))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void takesTelemetryOverTlsAndNothingPlain() throws Exception {
        try (OtlpReceiver receiver = door(null)) {
            assertThat(post(receiver.httpPort(), certificates.context(""))).isEqualTo(200);
            assertThatThrownBy(
                            () -> new Sender(receiver.httpPort()).post("/v1/metrics", "application/x-protobuf", POINT))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void sdkExportsOverGrpcAndTls() throws Exception {
        try (OtlpReceiver receiver = door(null);
                SdkMeterProvider meters = SdkMeterProvider.builder()
                        .registerMetricReader(PeriodicMetricReader.create(OtlpGrpcMetricExporter.builder()
                                .setEndpoint("https://127.0.0.1:" + receiver.grpcPort())
                                .setTrustedCertificates(Files.readAllBytes(certificates.authority()))
                                .build()))
                        .build()) {
            meters.get("test").counterBuilder("tls.counter").build().add(1);

            assertThat(meters.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
        }
    }

    @Test
    void senderWithoutTheAuthoritysCertificateIsTurnedAway() throws Exception {
        try (OtlpReceiver receiver = door(certificates.authority())) {
            assertThat(post(receiver.httpPort(), certificates.context("sender")))
                    .isEqualTo(200);
            assertThatThrownBy(() -> post(receiver.httpPort(), certificates.context("")))
                    .isInstanceOf(IOException.class);
            assertThat(receiver.counters().received()).isEqualTo(1);
        }
    }

    /** A client authority says who sends, so no token is needed where others reach the port. */
    @Test
    void clientAuthorityOpensBeyondLoopback() {
        Tls tls = new Tls(certificates.certificate("server"), certificates.key("server"), certificates.authority());
        OtlpReceiverOptions options = OtlpReceiverOptions.of(broker.bootstrap()).listeningOn("0.0.0.0", 0, 0);
        OtlpReceiver.start(options.withGuard(new Guard(null, tls))).close();

        Guard encryptedOnly = new Guard(null, new Tls(tls.certificate(), tls.key(), null));
        assertThatThrownBy(() -> OtlpReceiver.start(options.withGuard(encryptedOnly)))
                .isInstanceOf(ReceiverStartException.class)
                .hasMessageContaining("client authority");
    }

    @Test
    @Timeout(60)
    void renewedCertificateIsShownWithoutARestart() throws Exception {
        certificates.sign("renewed", SERVER);
        Tls tls = new Tls(certificates.certificate("renewed"), certificates.key("renewed"), null);
        try (OtlpReceiver receiver = OtlpReceiver.start(OtlpReceiverOptions.of(broker.bootstrap())
                .listeningOn("127.0.0.1", 0, 0)
                .withGuard(new Guard(null, tls)))) {
            BigInteger first = serialShown(receiver.httpPort());

            certificates.sign("renewed", SERVER);
            while (serialShown(receiver.httpPort()).equals(first)) {
                Thread.sleep(100);
            }

            assertThat(post(receiver.httpPort(), certificates.context(""))).isEqualTo(200);
        }
    }

    private static BigInteger serialShown(int port) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) certificates.context("").getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    void unusableFilesAreToldAtStart() throws Exception {
        Path junk = Files.writeString(directory.resolve("junk.pem"), "no certificate");
        Tls tls = new Tls(junk, certificates.key("server"), null);
        assertThatThrownBy(() -> OtlpReceiver.start(
                        OtlpReceiverOptions.of(broker.bootstrap()).withGuard(new Guard(null, tls))))
                .isInstanceOf(ReceiverStartException.class)
                .hasMessageContaining("junk.pem")
                .hasMessageContaining("PKCS#8");
    }
}
