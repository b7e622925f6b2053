package io.evenkeel.ingest.replay;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formats of the Collector's file exporter. */
class OtlpFileTest {
    private static final byte[] ONE = gauge("one", NOON).toByteArray();
    private static final byte[] TWO = gauge("two", NOON).toByteArray();

    @TempDir
    Path directory;

    private Path written(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("recorded"), bytes);
    }

    private static byte[] prefixed(byte[]... messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (byte[] message : messages) {
            out.writeInt(message.length);
            out.write(message);
        }
        return bytes.toByteArray();
    }

    private static List<OtlpFile.Request> all(Path file, OtlpSignal told) throws IOException {
        List<OtlpFile.Request> all = new ArrayList<>();
        try (OtlpFile recorded = new OtlpFile(file, told, "--kind")) {
            for (Optional<OtlpFile.Request> next = recorded.next(); next.isPresent(); next = recorded.next()) {
                all.add(next.get());
            }
        }
        return all;
    }

    @Test
    void jsonSaysItselfWhatItHolds() throws Exception {
        Path file = written(utf8("{\"resourceMetrics\":[]}\n{\"resourceSpans\":[]}\n{\"resourceLogs\":[]}"));

        assertThat(all(file, null))
                .extracting(OtlpFile.Request::signal)
                .containsExactly(OtlpSignal.METRICS, OtlpSignal.SPANS, OtlpSignal.LOGS);
    }

    @Test
    void protobufIsReadBehindItsLengths_zstdOrNot() throws Exception {
        for (byte[] bytes : List.of(prefixed(ONE, TWO), prefixed(Zstd.compress(ONE), Zstd.compress(TWO)))) {
            List<OtlpFile.Request> requests = all(written(bytes), OtlpSignal.METRICS);

            assertThat(requests).extracting(OtlpFile.Request::body).containsExactly(ONE, TWO);
            assertThat(requests).allMatch(request -> request.format() == BodyFormat.PROTOBUF);
        }
    }

    @Test
    void packedJsonIsJson() throws Exception {
        assertThat(all(written(prefixed(Zstd.compress(utf8("{\"resourceLogs\":[]}")))), null))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.signal()).isEqualTo(OtlpSignal.LOGS);
                    assertThat(request.format()).isEqualTo(BodyFormat.JSON);
                });
    }

    @Test
    void packedFile_isReadLikeThePlainOne() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(prefixed(ONE, TWO));
        }

        assertThat(all(written(bytes.toByteArray()), OtlpSignal.METRICS))
                .extracting(OtlpFile.Request::body)
                .containsExactly(ONE, TWO);
    }

    @Test
    void lineThatIsNoTelemetry_doesNotHideThoseBehindIt() throws Exception {
        Path file = written(utf8("{\"resourceLogs\":[]}\nhalf a line\n{\"resourceSpans\":[]}\n"));

        try (OtlpFile recorded = new OtlpFile(file, OtlpSignal.METRICS, "--kind")) {
            assertThat(recorded.next()).isPresent();
            assertThatThrownBy(recorded::next)
                    .isInstanceOf(UnreadableRequestException.class)
                    .hasMessageContaining("recorded: request 2 is neither metrics, traces nor logs");
            assertThat(recorded.next())
                    .hasValueSatisfying(request -> assertThat(request.signal()).isEqualTo(OtlpSignal.SPANS));
            assertThat(recorded.next()).isEmpty();
        }
    }

    @Test
    void emptyFileHoldsNothing() throws Exception {
        assertThat(all(written(new byte[0]), null)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsNamedWithItsPlace() throws Exception {
        assertThatThrownBy(() -> all(written(prefixed(ONE)), null))
                .hasMessageContaining("recorded: request 1 is protobuf")
                .hasMessageContaining("name it with --kind");
        byte[] cut = prefixed(ONE, TWO);
        assertThatThrownBy(() -> all(written(java.util.Arrays.copyOf(cut, cut.length - 1)), OtlpSignal.METRICS))
                .hasMessageContaining("request 2 is cut short");
        assertThatThrownBy(() -> all(written(utf8("no telemetry at all")), OtlpSignal.METRICS))
                .hasMessageContaining("none of a file exporter");
        assertThatThrownBy(() -> all(written(utf8("{\"resources\":[]}")), null))
                .hasMessageContaining("neither metrics, traces nor logs");
    }
}
