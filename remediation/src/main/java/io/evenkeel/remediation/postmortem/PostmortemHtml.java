package io.evenkeel.remediation.postmortem;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** A draft as an HTML fragment: raw HTML in it is shown, never run, and only harmless link targets stay links. */
public final class PostmortemHtml {
    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .escapeHtml(true)
            .sanitizeUrls(true)
            .build();

    private PostmortemHtml() {}

    public static String render(String markdown) {
        return RENDERER.render(PARSER.parse(markdown));
    }
}
