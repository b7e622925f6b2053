package io.evenkeel.testbed.http;

import java.util.Map;

/**
 * What a handler answers.
 *
 * @param status HTTP status
 * @param body written as JSON
 */
public record Answer(int status, Object body) {
    public static Answer ok(Object body) {
        return new Answer(200, body);
    }

    public static Answer error(int status, String message) {
        return new Answer(status, Map.of("error", message));
    }
}
