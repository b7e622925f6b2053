package io.evenkeel.remediation.app;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/** A page without the console's frame, for people who are not signed in or whose form could not be taken. */
final class PlainPage {
    private PlainPage() {}

    static ResponseEntity<String> of(HttpStatusCode status, String title, String... paragraphs) {
        return html(status, title, "<p>" + String.join("</p><p>", escaped(paragraphs)) + "</p>");
    }

    /**
     * @param body trusted HTML: what comes from outside must be escaped in it already
     */
    static ResponseEntity<String> html(HttpStatusCode status, String title, String body) {
        String head = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta name=\"robots\" content=\"noindex\"><title>" + escape(title)
                + " · Evenkeel</title></head><body><main><h1>"
                + escape(title) + "</h1>";
        return ResponseEntity.status(status)
                .contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
                .body(head + body + "</main></body></html>");
    }

    static String escape(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }

    private static String[] escaped(String... paragraphs) {
        String[] escaped = new String[paragraphs.length];
        for (int i = 0; i < paragraphs.length; i++) {
            escaped[i] = escape(paragraphs[i]);
        }
        return escaped;
    }
}
