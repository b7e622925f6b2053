package io.evenkeel.wire.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events of every release must stay readable: topics are compacted and live for ever. Files in {@code golden/v1} are
 * only ever added to.
 */
class EventJsonTest {
    private static final JsonMapper PLAIN = JsonMapper.shared();

    static Stream<Map.Entry<String, Object>> samples() {
        return Samples.all().entrySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void readsTheGoldenFileAsTheRecord(Map.Entry<String, Object> sample) throws IOException {
        Object event = sample.getValue();
        assertThat((Object) EventJson.read(golden(sample.getKey()), event.getClass()))
                .isEqualTo(event);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void writesTheRecordAsTheGoldenFile(Map.Entry<String, Object> sample) throws IOException {
        JsonNode written = PLAIN.readTree(EventJson.write(sample.getValue()));
        assertThat(written).isEqualTo(PLAIN.readTree(golden(sample.getKey())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void survivesARoundTrip(Map.Entry<String, Object> sample) {
        Object event = sample.getValue();
        assertThat((Object) EventJson.read(EventJson.write(event), event.getClass()))
                .isEqualTo(event);
    }

    /** Other consumers of the ecosystem read these topics: strict JSON knows no bare NaN. */
    @Test
    void writesNaNAsAQuotedWord() {
        Rollup empty = new Rollup(
                Samples.ERRORS, Instant.EPOCH, 10, 0, Double.NaN, Double.POSITIVE_INFINITY, 0, Double.NaN, 1);
        String json = new String(EventJson.write(empty), StandardCharsets.UTF_8);
        assertThat(json).contains("\"value\":\"NaN\"").contains("\"expected\":\"Infinity\"");
        assertThat(EventJson.read(json.getBytes(StandardCharsets.UTF_8), Rollup.class))
                .isEqualTo(empty);
    }

    /** Rollups are written by hand: a part that the record gains, or is given another name, must not be missing there. */
    @Test
    void writesARollupAsTheMapperWouldByItself() {
        JsonMapper byItself = JsonMapper.builder()
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .changeDefaultVisibility(
                        visibility -> visibility.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
                .build();
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            Rollup rollup = new Rollup(
                    new SignalKey(
                            service(random),
                            SignalKind.values()[random.nextInt(SignalKind.values().length)],
                            random.nextBoolean() ? null : service(random),
                            word(random),
                            word(random),
                            word(random),
                            word(random)),
                    Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L)),
                    random.nextInt(),
                    random.nextLong(),
                    number(random),
                    number(random),
                    number(random),
                    number(random),
                    random.nextLong());
            assertThat(PLAIN.readTree(EventJson.write(rollup)))
                    .isEqualTo(PLAIN.readTree(byItself.writeValueAsBytes(rollup)));
            assertThat(EventJson.read(EventJson.write(rollup), Rollup.class)).isEqualTo(rollup);
        }
    }

    private static ServiceKey service(Random random) {
        return new ServiceKey(word(random), word(random), word(random));
    }

    private static String word(Random random) {
        String[] words = {"", "a", "GET /cart/{id}", "Größe", "\"quoted\"\\", "k=v,l=\u0001", "\uD83D\uDEA2", "node-3#1"
        };
        return words[random.nextInt(words.length)];
    }

    private static double number(Random random) {
        double[] odd = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 1e23
        };
        int which = random.nextInt(2 * odd.length);
        return which < odd.length ? odd[which] : random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20));
    }

    @Test
    void ignoresFieldsOfANewerWriter() {
        byte[] json = "{\"signals\":[\"a\"],\"since\":{\"v\":[2]}}".getBytes(StandardCharsets.UTF_8);
        assertThat(EventJson.read(json, WatchList.class).signals()).containsExactly("a");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"", "{", "[]", "null", "{\"signals\":null}", "{\"signals\":7}", "\u0000", "{\"signals\":[null]}"
            })
    void refusesWhatIsNotTheEvent(String json) {
        assertThatThrownBy(() -> EventJson.read(json.getBytes(StandardCharsets.UTF_8), WatchList.class))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("WatchList");
    }

    @Test
    void headersFollowTheCloudEventsKafkaBinding() {
        Map<String, byte[]> headers =
                EventHeaders.of(Finding.class, "f-1", "/evenkeel/detection", Instant.parse("2026-11-21T12:00:00Z"));
        assertThat(headers)
                .hasEntrySatisfying(
                        "ce_type",
                        value -> assertThat(value)
                                .asString(StandardCharsets.UTF_8)
                                .isEqualTo("io.evenkeel.finding.v1"));
        assertThat(headers.keySet())
                .containsExactly("ce_specversion", "ce_type", "ce_source", "ce_id", "ce_time", "content-type");
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = EventJsonTest.class.getResourceAsStream("/golden/v1/" + name + ".json")) {
            assertThat(in).as("golden/v1/%s.json", name).isNotNull();
            return in.readAllBytes();
        }
    }
}
