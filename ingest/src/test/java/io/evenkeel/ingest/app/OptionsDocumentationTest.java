package io.evenkeel.ingest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OptionsDocumentationTest {
    @Test
    void readmeNamesEveryOption() throws Exception {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(Arrays.stream(OtlpReceiverOptions.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(name -> "| `" + name + "` |"))
                .allSatisfy(row -> assertThat(readme).contains(row));
    }

    @Test
    void unsafeLimitsAreRefused() {
        OtlpReceiverOptions options = OtlpReceiverOptions.of("127.0.0.1:9392");

        assertThatThrownBy(() -> options.withLimits(5_000, 2_000_000, 50_000, Duration.ofSeconds(1)))
                .hasMessageContaining("maxRecordBytes");
        assertThatThrownBy(() -> options.withLimits(5_000, 5_000, 5_000, Duration.ofSeconds(1)))
                .hasMessageContaining("maxInFlightBytes must be at least twice maxRequestBytes");
        assertThatThrownBy(() -> options.listeningOn("127.0.0.1", 70_000, 0)).hasMessageContaining("grpcPort");
    }
}
