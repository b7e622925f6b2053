package io.evenkeel.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UrlIdTest {
    @Property
    void comesBackAsItWas(@ForAll String id) {
        // half a surrogate pair is no text that UTF-8 can carry
        String text = new String(
                id.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
        if (text.indexOf(0) < 0) {
            assertThat(UrlId.decode(UrlId.encode(text))).hasValue(text);
        }
        assertThat(UrlId.encode(text)).matches("~?[A-Za-z0-9_-]*");
    }

    @Test
    void whatCannotBeAnIdIsNone() {
        assertThat(UrlId.decode("~!")).isEmpty();
        assertThat(UrlId.decode(UrlId.encode("a\0b"))).isEmpty();
    }

    @Test
    void keepsPlainIdsReadable() {
        assertThat(UrlId.encode("f-9f3c")).isEqualTo("f-9f3c");
    }
}
