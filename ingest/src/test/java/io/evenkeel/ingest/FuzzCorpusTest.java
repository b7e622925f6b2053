package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What fuzzing of {@link BodyUnpackerFuzz} found worth keeping, a line of base64 each. */
class FuzzCorpusTest {
    @Test
    void bodiesAreUnpackedOrRefused() throws Exception {
        List<String> corpus;
        try (InputStream in = FuzzCorpusTest.class.getResourceAsStream("/fuzz/unpack.corpus")) {
            corpus = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        assertThat(corpus).hasSizeGreaterThan(10);
        for (int line = 0; line < corpus.size(); line++) {
            byte[] input = Base64.getDecoder().decode(corpus.get(line));
            assertThatCode(() -> BodyUnpackerFuzz.fuzzerTestOneInput(input))
                    .as("line %d of unpack.corpus", line + 1)
                    .doesNotThrowAnyException();
        }
    }
}
