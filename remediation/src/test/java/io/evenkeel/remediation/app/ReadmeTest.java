package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.remediation.incident.IncidentLifecycle;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The README stays true by itself. */
class ReadmeTest {
    private static String readme;

    @BeforeAll
    static void read() throws IOException {
        readme = Files.readString(Path.of("README.md"));
    }

    @Test
    void namesEveryOptionWithItsDefault() {
        for (RecordComponent option : RemediationProperties.class.getRecordComponents()) {
            String name = option.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            DefaultValue value = option.getAnnotation(DefaultValue.class);
            String row = "| `evenkeel." + name + "` | " + (value == null ? "" : "`" + value.value()[0] + "` |");
            assertThat(readme).contains(row);
        }
    }

    @Test
    void drawsTheLifecycleFromTheTable() {
        assertThat(readme).contains(IncidentLifecycle.diagram());
    }
}
