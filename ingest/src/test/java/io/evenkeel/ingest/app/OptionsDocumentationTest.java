package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Limits;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OptionsDocumentationTest {
    @Test
    void readmeNamesEveryOption() throws Exception {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(Stream.of(OtlpReceiverOptions.class, Limits.class, Guard.class, Tls.class)
                        .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                        .filter(component ->
                                !component.getType().getPackageName().equals(Limits.class.getPackageName()))
                        .map(component -> "| `" + component.getName() + "` |"))
                .allSatisfy(row -> assertThat(readme).contains(row));
    }

    @Test
    void unsafeLimitsAreRefused() {
        OtlpReceiverOptions options = OtlpReceiverOptions.of("127.0.0.1:9392");

        assertThatThrownBy(
                        () -> new Limits(5_000, 2_000_000, 50_000, Duration.ofSeconds(1), 10, Duration.ofSeconds(75)))
                .hasMessageContaining("maxRecordBytes");
        assertThatThrownBy(() -> new Limits(5_000, 5_000, 5_000, Duration.ofSeconds(1), 10, Duration.ofSeconds(75)))
                .hasMessageContaining("maxInFlightBytes must be at least twice maxRequestBytes");
        assertThatThrownBy(() -> options.listeningOn("127.0.0.1", 70_000, 0)).hasMessageContaining("grpcPort");
    }
}
