package io.evenkeel.remediation.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnToTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/i/12", "/i/12/timeline#t345", "/signals?service=demo%2Fshop", "/i/12#execution-7b1c"})
    void keepsOurOwnPaths(String path) {
        assertThat(ReturnTo.orElse(path, "/elsewhere")).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//evil",
                "/\\evil",
                "\\evil",
                "https://evil",
                "javascript:x",
                "i/12",
                "/\t/evil",
                "/x\r\nSet-Cookie: a",
                "/i/%zz",
                "/i/1#a#b"
            })
    void refusesAllElse(String path) {
        assertThat(ReturnTo.orElse(path, "/i/1")).hasToString("/i/1");
    }

    @Test
    void absentMeansTheDefault() {
        assertThat(ReturnTo.orElse(null, "/i/1")).hasToString("/i/1");
    }
}
