package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of text and ground that the style sheet uses can be read (WCAG 2.2, 1.4.3: 4.5 : 1), in light and dark. */
class ContrastTest {
    private static final Map<String, Integer> LIGHT = new HashMap<>();
    private static final Map<String, Integer> DARK = new HashMap<>();

    @BeforeAll
    static void readTokens() throws Exception {
        String css = Files.readString(Path.of("src/main/resources/static/console/tokens.css"));
        read(css.substring(0, css.indexOf("@media")), LIGHT);
        read(css.substring(css.indexOf(":root[data-theme=dark]")), DARK);
    }

    @ParameterizedTest
    @CsvSource({
        "ink, bg",
        "ink, card",
        "ink, note-bg",
        "ink-2, bg",
        "ink-2, card",
        "ink-2, note-bg",
        "ink-3, bg",
        "ink-3, card",
        "ink-3, note-bg",
        "accent, card",
        "accent, bg",
        "accent, note-bg",
        "accent-ink, accent",
        "bad, card",
        "bad, bg",
        "bad, bad-bg",
        "card, bad",
        "warn, warn-bg",
        "warn, card",
        "ok, ok-bg",
        "ok, card",
        "ok, bg",
        "onset, card"
    })
    void textCanBeRead(String text, String ground) {
        assertThat(contrast(LIGHT.get(text), LIGHT.get(ground))).as("light").isGreaterThanOrEqualTo(4.5);
        assertThat(contrast(DARK.get(text), DARK.get(ground))).as("dark").isGreaterThanOrEqualTo(4.5);
    }

    private static void read(String css, Map<String, Integer> tokens) {
        Matcher token = Pattern.compile("--([a-z0-9-]+): #([0-9a-f]{6})").matcher(css);
        while (token.find()) {
            tokens.putIfAbsent(token.group(1), Integer.parseInt(token.group(2), 16));
        }
    }

    private static double contrast(int a, int b) {
        double high = Math.max(luminance(a), luminance(b));
        double low = Math.min(luminance(a), luminance(b));
        return (high + 0.05) / (low + 0.05);
    }

    private static double luminance(int colour) {
        return 0.2126 * channel(colour >> 16) + 0.7152 * channel(colour >> 8) + 0.0722 * channel(colour);
    }

    private static double channel(int value) {
        double share = (value & 0xff) / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
