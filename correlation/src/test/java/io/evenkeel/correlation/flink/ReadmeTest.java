package io.evenkeel.correlation.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void namesEveryOption() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(Arrays.stream(CorrelationOptions.class.getRecordComponents()).map(RecordComponent::getName))
                .allSatisfy(option -> assertThat(readme).contains("| `" + option + "` |"));
    }

    @Test
    void refusesOptionsThatCannotWork() {
        assertThatThrownBy(() -> CorrelationOptions.of(" ", 1)).hasMessageContaining("127.0.0.1:9392");
        assertThatThrownBy(() -> CorrelationOptions.of("h:1", 0)).hasMessageContaining("jobEpoch");
        assertThatThrownBy(() -> new CorrelationOptions("h:1", 1, "")).hasMessageContaining("consumerGroup");
    }
}
