package io.evenkeel.testbed.http;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the bed's processes write and read it. Instants are ISO 8601. */
public final class Json {
    /** A number left out is 0: orders and commands are also written by hand. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /** On one line, without a line break. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads a value; an empty text is an empty object.
     *
     * @throws BadRequestException if the text is not JSON of that form
     */
    public static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text.isBlank() ? "{}" : text, type);
        } catch (JacksonException e) {
            throw new BadRequestException(400, "not the JSON expected: " + e.getOriginalMessage());
        }
    }

    public static JsonNode tree(String text) {
        return read(text, JsonNode.class);
    }

    /** Keeps the order of the map. */
    public static JsonNode node(Map<String, ?> value) {
        return MAPPER.valueToTree(value);
    }
}
