package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.MalformedEventException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * A decision as it came in: a form from a page, or JSON from a machine. A form is answered with 303 back to its page, so
 * that a reload repeats nothing; JSON is answered with JSON.
 */
final class Submission {
    private static final int MAX_BYTES = 64 * 1024;

    private final boolean json;
    private final Map<String, String> fields;

    private Submission(boolean json, Map<String, String> fields) {
        this.json = json;
        this.fields = fields;
    }

    /**
     * @throws Refusal when the body is not what it says it is
     */
    static Submission of(HttpServletRequest request) {
        if (!isJson(request)) {
            Map<String, String> fields = new HashMap<>();
            request.getParameterMap().forEach((name, values) -> fields.put(name, values[0]));
            return new Submission(false, fields);
        }
        Map<String, String> fields = new HashMap<>();
        byte[] body = body(request);
        if (body.length > 0) {
            try {
                Map<?, ?> read = EventJson.read(body, Map.class);
                read.forEach((name, value) -> {
                    if (value != null) {
                        fields.put(String.valueOf(name), String.valueOf(value));
                    }
                });
            } catch (MalformedEventException e) {
                throw new Refusal(Refusal.Kind.INVALID, "The body is not a JSON object.", e);
            }
        }
        return new Submission(true, fields);
    }

    static boolean isJson(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && MediaType.parseMediaType(type).isCompatibleWith(MediaType.APPLICATION_JSON);
    }

    static byte[] body(HttpServletRequest request) {
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw new Refusal(Refusal.Kind.INVALID, "The body is larger than " + MAX_BYTES / 1024 + " kB.");
            }
            return body;
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.INVALID, "The body could not be read.", e);
        }
    }

    String text(String name) {
        return Objects.requireNonNullElse(fields.get(name), "");
    }

    /** 303 to the form's page, or 200 with the given JSON. */
    ResponseEntity<String> answer(String page, String jsonBody) {
        if (json) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(jsonBody);
        }
        @Nullable String wanted = fields.get("returnTo");
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(ReturnTo.orElse(wanted, page))
                .build();
    }
}
