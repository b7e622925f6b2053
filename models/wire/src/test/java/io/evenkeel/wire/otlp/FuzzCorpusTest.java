package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What fuzzing found worth keeping, a line of base64 each: inputs that reach code that no smaller one reaches. Those that
 * broke a promise have tests of their own, beside the code they broke.
 */
class FuzzCorpusTest {
    @Test
    void walksAgreeWithGeneratedClasses() throws Exception {
        List<String> corpus = corpus("otlp");
        for (int line = 0; line < corpus.size(); line++) {
            byte[] input = Base64.getDecoder().decode(corpus.get(line));
            assertThatCode(() -> OtlpFuzz.fuzzerTestOneInput(input))
                    .as("line %d of otlp.corpus", line + 1)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void jsonIsMalformedOrARequest() throws Exception {
        List<String> corpus = corpus("json");
        for (int line = 0; line < corpus.size(); line++) {
            byte[] input = Base64.getDecoder().decode(corpus.get(line));
            assertThatCode(() -> OtlpJsonFuzz.fuzzerTestOneInput(input))
                    .as("line %d of json.corpus", line + 1)
                    .doesNotThrowAnyException();
        }
    }

    private static List<String> corpus(String name) throws IOException {
        try (InputStream in = FuzzCorpusTest.class.getResourceAsStream("/fuzz/" + name + ".corpus")) {
            List<String> lines = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            assertThat(lines).hasSizeGreaterThan(50);
            return lines;
        }
    }
}
