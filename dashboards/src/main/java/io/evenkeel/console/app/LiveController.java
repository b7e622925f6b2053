package io.evenkeel.console.app;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The event stream of open pages. Events say that something changed, never what: the page is fetched again. */
@Controller
final class LiveController {
    private final LiveHub hub;

    LiveController(LiveHub hub) {
        this.hub = hub;
    }

    /**
     * @param lastEventId number of the last event that the browser got before its connection broke; it wins over
     * @param after number that the page was rendered at
     * @param incident only this incident's events, 0 for all
     */
    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter live(
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "") String incident,
            HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        // nginx and others would hold the stream back
        response.setHeader("X-Accel-Buffering", "no");
        long seen = number(lastEventId, number(after, -1));
        return hub.join(seen, number(incident, 0));
    }

    private static long number(@Nullable String text, long otherwise) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }
}
