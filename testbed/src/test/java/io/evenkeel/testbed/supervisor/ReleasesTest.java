package io.evenkeel.testbed.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.shop.Role;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
    @TempDir
    private Path dir;

    @Test
    void aSoundReleaseIsAPatchAndAChangedOneAMinorStepAndBothLast() throws Exception {
        Releases releases = Releases.open(dir.resolve("releases.json"));
        assertThat(releases.add(Role.CATALOG, null, Map.of()).version()).isEqualTo("1.4.3");
        assertThat(releases.add(Role.CATALOG, null, Map.of("FAIL_RATIO", "0.5")).version())
                .isEqualTo("1.5.0");

        Releases read = Releases.open(dir.resolve("releases.json"));

        assertThat(read.find(Role.CATALOG, "1.5.0").behaviour()).containsExactly(Map.entry("FAIL_RATIO", "0.5"));
        assertThat(read.first(Role.CATALOG).version()).isEqualTo("1.4.2");
        assertThat(read.add(Role.CATALOG, null, Map.of()).version()).isEqualTo("1.5.1");
    }

    @Test
    void aVersionIsBuiltOnce() throws Exception {
        Releases releases = Releases.open(dir.resolve("releases.json"));
        assertThatThrownBy(() -> releases.add(Role.CATALOG, "1.4.2", Map.of()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.status()).isEqualTo(409));
        assertThatThrownBy(() -> releases.add(Role.CATALOG, "newest", Map.of()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.status()).isEqualTo(422));
    }
}
