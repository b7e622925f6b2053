package io.evenkeel.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeHtmlTest {
    @Test
    void letsARenderedDocumentThrough() {
        String html = "<h1 id=\"x\">INC-1</h1><p>48 &lt; 50 <strong>so</strong> <a href=\"/i/1#e-2\">row</a></p>"
                + "<table><tr><td align=\"right\">1</td></tr></table><hr>";
        assertThat(SafeHtml.clean(html)).isEqualTo(html);
    }

    /** Each of these must come out as text: no tag, no handler, no address that runs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<SCRIPT src=//evil>",
                "<img src=x onerror=alert(1)>",
                "<p onclick=\"alert(1)\">x</p>",
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a href=\"//evil.example/\">x</a>",
                "<a href=' javascript:alert(1)'>x</a>",
                "<a href=\"&#106;avascript:alert(1)\">x</a>",
                "<svg/onload=alert(1)>",
                "<iframe srcdoc=\"<script>\">",
                "<p style=\"background:url(//evil)\">x</p>",
                "<form action=/api/v1/stop method=post><button>x</button></form>",
                "<!--><script>alert(1)</script>-->",
                "<<p>script>alert(1)<</p>/script>",
                "<p\nid=\"a\" id=\"b\" id=\"c\" id=\"d\" onmouseover=alert(1)>"
            })
    void nothingHostileSurvives(String hostile) {
        String clean = SafeHtml.clean("<p>before</p>" + hostile);
        assertThat(clean.toLowerCase(java.util.Locale.ROOT))
                .doesNotContain(
                        "<script", "<img", "<svg", "<iframe", "<form", "<button", "href=\"j", "href=\"//", "href=\"&")
                .doesNotContainPattern("<[^>]*\\son\\w+=")
                .doesNotContainPattern("<[^>]*style=");
    }
}
