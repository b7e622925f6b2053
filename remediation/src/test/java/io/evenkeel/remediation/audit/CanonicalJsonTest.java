package io.evenkeel.remediation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CanonicalJsonTest {
    @Test
    void writesKeysInOrderAndNoBlanks() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, 2.5, true));
        map.put("a", Instant.parse("2026-11-21T10:00:00Z"));
        map.put("c", null);

        assertThat(CanonicalJson.write(map))
                .isEqualTo("{\"a\":\"2026-11-21T10:00:00Z\",\"b\":[1,2.5,true],\"c\":null}");
    }

    @Test
    void oneNumberHasOneText() {
        assertThat(CanonicalJson.write(List.of(2, 2L, 2.0, 2.0f))).isEqualTo("[2,2,2,2]");
        assertThat(CanonicalJson.write(Double.NaN)).isEqualTo("\"NaN\"");
    }

    /** Any JSON reader gets the text back: quotes, control characters, other scripts. */
    @Property(tries = 300)
    void isReadBackByAnyJsonReader(@ForAll String text) {
        String json = CanonicalJson.write(Map.of("k", text));

        assertThat(JsonMapper.shared().readTree(json).get("k").asString()).isEqualTo(text);
    }
}
