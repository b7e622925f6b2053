package io.evenkeel.ingest.app;

import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Bombs against a door with little heap: 512 MiB of zeros each, as gzip (512 kB) and zstd (48 kB), dozens at once and over
 * both transports, into a JVM of 64 MiB that ends at the first OutOfMemoryError.
 */
class BombIT {
    private static final int MIBIBYTES = 512;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAVAILABLE = 14;

    private interface Packing {
        OutputStream over(OutputStream out) throws IOException;
    }

    @Test
    void heapIsBoundedWhateverABodyBecomes() throws Exception {
        byte[] gzip = bomb(GZIPOutputStream::new);
        byte[] zstd = bomb(ZstdOutputStreamNoFinalizer::new);
        Process door = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoorProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = door.inputReader(StandardCharsets.UTF_8)) {
            int port = port(said);
            List<Callable<Integer>> thrown = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                thrown.add(() -> http(port, gzip, "gzip"));
                thrown.add(() -> http(port, zstd, "zstd"));
                thrown.add(() -> grpc(port, gzip, "gzip"));
                thrown.add(() -> grpc(port, zstd, "zstd"));
            }
            var senders = Executors.newFixedThreadPool(40);
            List<Future<Integer>> answers = senders.invokeAll(thrown);
            senders.shutdown();

            // Those that find no room in the budget are told to come back, the others that they are too large.
            assertThat(answers)
                    .extracting(Future::get)
                    .contains(413, RESOURCE_EXHAUSTED)
                    .isSubsetOf(413, 503, RESOURCE_EXHAUSTED, UNAVAILABLE);
            assertThat(door.isAlive()).as("no OutOfMemoryError ended it").isTrue();
            assertThat(new Sender(port)
                            .post("/v1/metrics", "application/json", utf8("{}"))
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            door.destroy();
            if (!door.waitFor(10, TimeUnit.SECONDS)) {
                door.destroyForcibly();
            }
        }
    }

    private static int http(int port, byte[] bomb, String encoding) throws Exception {
        return new Sender(port)
                .post("/v1/metrics", "application/x-protobuf", bomb, "Content-Encoding", encoding)
                .statusCode();
    }

    private static int grpc(int port, byte[] bomb, String encoding) throws Exception {
        return new RawGrpc(port)
                .call(RawGrpc.METRICS, RawGrpc.frame(1, bomb), "grpc-encoding", encoding)
                .code();
    }

    private static int port(BufferedReader said) throws IOException {
        String line = said.readLine();
        while (line != null && !line.startsWith("port ")) {
            line = said.readLine();
        }
        assertThat(line).as("the door opens").isNotNull();
        return Integer.parseInt(line.substring(5));
    }

    private static byte[] bomb(Packing packing) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing.over(packed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < MIBIBYTES; i++) {
                out.write(zeros);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
