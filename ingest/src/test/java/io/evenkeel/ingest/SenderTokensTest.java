package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTokensTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void keepsNoTokenAndPrintsNone() {
        String token = SenderTokens.newToken();
        String line = SenderTokens.line("shop", token, 0);

        assertThat(line).doesNotContain(token);
        assertThat(SenderTokens.parse(List.of(line), null)).asString().doesNotContain(token);
        assertThat(SenderTokens.newToken()).isNotEqualTo(token).hasSize(43);
    }

    @Test
    void tellsSendersApart() {
        SenderTokens tokens = SenderTokens.parse(
                List.of("# ours", "", SenderTokens.line("a", "token-of-a", 5), SenderTokens.line("b", "token-of-b", 0)),
                null);

        assertThat(tokens.shownBy("Bearer token-of-a")).map(Sender::name).contains("a");
        assertThat(tokens.shownBy("bearer  token-of-b ")).map(Sender::name).contains("b");
        assertThat(tokens.shownBy("Bearer token-of-c")).isEmpty();
        assertThat(tokens.shownBy("token-of-a")).isEmpty();
        assertThat(tokens.shownBy(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "shop sha256:12",
                "shop md5:0000000000000000000000000000000000000000000000000000000000000000",
                "shop sha256:0000000000000000000000000000000000000000000000000000000000000000 bytes/s=0",
                "sh/op sha256:0000000000000000000000000000000000000000000000000000000000000000"
            })
    void namesTheLineThatIsNoneAndNotItsContent(String line) {
        assertThatThrownBy(() -> SenderTokens.parse(List.of("# first", line), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining(line);
    }

    @Test
    void refusesASecondLineOfAName_andAFileWithoutAny() {
        String line = SenderTokens.line("shop", "one", 0);
        assertThatThrownBy(() -> SenderTokens.parse(List.of(line, line), null)).hasMessageContaining("line 2");
        assertThatThrownBy(() -> SenderTokens.parse(List.of("# nobody"), null)).hasMessageContaining("no sender");
    }

    /** Whoever takes the last sender's line away wants it shut out, not kept. */
    @Test
    void fileThatNamesNobodyAnyMore_letsNobodyIn() {
        SenderTokens before = SenderTokens.parse(List.of(SenderTokens.line("shop", "token", 0)), null);

        SenderTokens after = SenderTokens.parse(List.of("# nobody"), before);

        assertThat(after.isEmpty()).isTrue();
        assertThat(after.shownBy("Bearer token")).isEmpty();
    }

    @Test
    void limitLetsTenSecondsInAtOnceAndThenTheRate() {
        RateLimit limit = new RateLimit(100);

        assertThat(limit.isOpen(0)).isTrue();
        limit.charge(1_000);
        assertThat(limit.isOpen(0)).isFalse();
        assertThat(limit.isOpen(SECOND)).isTrue();
        limit.charge(300);
        assertThat(limit.isOpen(2 * SECOND)).isFalse();
        assertThat(limit.isOpen(4 * SECOND)).isTrue();
        assertThat(limit.isOpen(1_000 * SECOND)).isTrue();
        limit.charge(1_000);
        assertThat(limit.isOpen(1_000 * SECOND)).isFalse();
    }

    /** Reading the file again must not be a way out of a debt. */
    @Test
    void senderKeepsItsDebtWhenTheFileIsReadAgain() {
        List<String> lines = List.of(SenderTokens.line("shop", "token", 10));
        SenderTokens before = SenderTokens.parse(lines, null);
        before.shownBy("Bearer token").orElseThrow().limit().charge(1_000);

        SenderTokens after = SenderTokens.parse(lines, before);

        assertThat(after.shownBy("Bearer token").orElseThrow().limit().isOpen(0))
                .isFalse();
    }
}
