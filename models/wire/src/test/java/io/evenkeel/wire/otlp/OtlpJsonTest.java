package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonTest {
    @Test
    void idsAreHexInAnyCase() throws Exception {
        Span span = span("""
                {"traceId":"5B8EFFF798038103D269b633813fc60c","spanId":"EEE19B7EC3C1B174","parentSpanId":""}""");

        assertThat(span.getTraceId().toByteArray())
                .isEqualTo(HexFormat.of().parseHex("5b8efff798038103d269b633813fc60c"));
        assertThat(span.getSpanId().toByteArray()).isEqualTo(HexFormat.of().parseHex("eee19b7ec3c1b174"));
        assertThat(span.getParentSpanId().isEmpty()).isTrue();
    }

    @Test
    void unknownFieldsAndNulls_areLeftAlone() throws Exception {
        Span span = span("""
                {"name":"a","start_time_unix_nano":"1","startTimeUnixNano":null,"attributes":null,
                 "later":{"deep":[1,{"name":"b"}]},"kind":3}""");

        assertThat(span)
                .isEqualTo(Span.newBuilder().setName("a").setKindValue(3).build());
    }

    @Test
    void enumsAreNumbers_orNamesThatWeKnow() throws Exception {
        assertThat(span("{\"kind\":2}").getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span("{\"kind\":\"SPAN_KIND_SERVER\"}").getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span("{\"kind\":77}").getKindValue()).isEqualTo(77);
        assertThatThrownBy(() -> span("{\"kind\":\"SPAN_KIND_FOO\"}")).isInstanceOf(MalformedRequestException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "1700000000000000000, 1700000000000000000",
                "'\"1700000000000000000\"', 1700000000000000000",
                "'\"18446744073709551615\"', -1",
                "18446744073709551615, -1",
                "1.7e3, 1700",
                "5.0, 5",
                "0, 0",
            })
    void times_areStringsOrNumbers(String json, long expected) throws Exception {
        assertThat(span("{\"startTimeUnixNano\":" + json + "}").getStartTimeUnixNano())
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "-1",
                "\"-1\"",
                "18446744073709551616",
                "\"99999999999999999999999\"",
                "1.5",
                "\"\"",
                "\" 1\"",
                "\"0x10\"",
                "1e999999999",
                "\"1e999999999\"",
                "1541e4712660300000000",
                "\"-\"",
                "-",
                "true",
                "{}",
                "[1]"
            })
    void wrongTimes_areMalformed(String json) {
        assertThatThrownBy(() -> span("{\"startTimeUnixNano\":" + json + "}"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining("invalid OTLP JSON at byte ");
    }

    /** A decimal of a million digits would hold a worker for minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"intValue", "doubleValue"})
    void numbersAreShort(String kind) {
        String digits = "1".repeat(1_000_000);

        assertThatThrownBy(() -> value("{\"" + kind + "\":\"" + digits + "\"}"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining("wants a number");
    }

    @Test
    void valuesOfEveryType() throws Exception {
        assertThat(value("{\"intValue\":\"9007199254740993\"}").getIntValue()).isEqualTo(9007199254740993L);
        assertThat(value("{\"intValue\":9007199254740993}").getIntValue()).isEqualTo(9007199254740993L);
        assertThat(value("{\"bytesValue\":\"AQID\"}").getBytesValue().toByteArray())
                .containsExactly(1, 2, 3);
        assertThat(value("{\"bytesValue\":\"_-8\"}").getBytesValue().toByteArray())
                .containsExactly(0xff, 0xef);
        assertThat(value("{}")).isEqualTo(AnyValue.getDefaultInstance());
        assertThat(value("{\"stringValue\":\"\"}").hasStringValue()).isTrue();
        assertThat(value("{\"boolValue\":false}").hasBoolValue()).isTrue();
        assertThat(value("{\"doubleValue\":\"-Infinity\"}").getDoubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(value("{\"doubleValue\":\"1.5e3\"}").getDoubleValue()).isEqualTo(1500);
        assertThat(value("{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"boolValue\":true}}]}}")
                        .getKvlistValue()
                        .getValues(0)
                        .getKey())
                .isEqualTo("k");
    }

    /** A zero point is a measurement, not an absent value: the oneof must be written. */
    @Test
    void zeroStaysAMeasurement() throws Exception {
        byte[] protobuf = OtlpJson.toProtobuf(OtlpSignal.METRICS, utf8("""
                        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
                        {"gauge":{"dataPoints":[{"asInt":0},{"asDouble":0}]}}]}]}]}"""));

        assertThat(ExportMetricsServiceRequest.parseFrom(protobuf)
                        .getResourceMetrics(0)
                        .getScopeMetrics(0)
                        .getMetrics(0)
                        .getGauge()
                        .getDataPointsList())
                .extracting(NumberDataPoint::getValueCase)
                .containsExactly(NumberDataPoint.ValueCase.AS_INT, NumberDataPoint.ValueCase.AS_DOUBLE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "{} {}",
                "{\"resourceSpans\":\"x\"}",
                "{\"resourceSpans\":{}}",
                "{\"resourceSpans\":[null]}",
                "{\"resourceSpans\":[",
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"abc\"}]}]}]}",
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}]}]}]}",
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":1}]}]}]}"
            })
    void whatIsNoRequest_isMalformed(String json) {
        assertThatThrownBy(() -> OtlpJson.toProtobuf(OtlpSignal.SPANS, utf8(json)))
                .isInstanceOf(MalformedRequestException.class);
    }

    @Test
    void nestingIsBounded() {
        String open = "{\"arrayValue\":{\"values\":[";
        String deep = open.repeat(10_000) + "{}" + "]}}".repeat(10_000);

        assertThatThrownBy(() -> value(deep)).isInstanceOf(MalformedRequestException.class);
    }

    private static Span span(String json) throws Exception {
        String request = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + json + "]}]}]}";
        return ExportTraceServiceRequest.parseFrom(OtlpJson.toProtobuf(OtlpSignal.SPANS, utf8(request)))
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpans(0);
    }

    private static AnyValue value(String json) throws Exception {
        return span("{\"attributes\":[{\"key\":\"k\",\"value\":" + json + "}]}")
                .getAttributes(0)
                .getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
