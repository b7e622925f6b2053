package io.evenkeel.ingest.replay;

import static io.evenkeel.ingest.TestObjects.NOON;
import static io.evenkeel.ingest.TestObjects.gauge;
import static io.evenkeel.ingest.TestObjects.span;
import static io.evenkeel.ingest.TestObjects.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.ingest.BodyFormat;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private long nanos;
    private final List<Long> slept = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private Pace pace(double speed) {
        return new Pace(speed, () -> nanos, millis -> {
            slept.add(millis);
            nanos += millis * 1_000_000;
        });
    }

    @Test
    void requestsGoAsFarApartAsTheyWereRecorded_dividedBySpeed() throws InterruptedException {
        Pace pace = pace(2);

        pace.await(points(NOON), told::add);
        pace.await(points(NOON + 10 * SECOND), told::add);
        nanos += 3 * SECOND; // the door took its time
        pace.await(points(NOON + 20 * SECOND), told::add);

        assertThat(slept).containsExactly(5000L, 2000L);
    }

    @Test
    void whatIsLate_orWithoutATime_goesAtOnce() throws InterruptedException {
        Pace pace = pace(1);

        pace.await(points(0), told::add);
        pace.await(points(NOON), told::add);
        pace.await(points(NOON - 10 * SECOND), told::add);
        pace.await(new OtlpFile.Request(4, OtlpSignal.LOGS, BodyFormat.JSON, utf8("{not json")), told::add);
        nanos += 60 * SECOND;
        pace.await(points(NOON + 10 * SECOND), told::add);

        assertThat(slept).isEmpty();
    }

    /** A Collector writes a file for each signal, of the same hours. */
    @Test
    void eachFile_beginsAnew() throws InterruptedException {
        Pace pace = pace(1);

        for (int file = 0; file < 2; file++) {
            pace.begin();
            pace.await(points(NOON), told::add);
            pace.await(points(NOON + 4 * SECOND), told::add);
        }

        assertThat(slept).containsExactly(4000L, 4000L);
    }

    @Test
    void longWait_isTold() throws InterruptedException {
        Pace pace = pace(10);

        pace.await(points(NOON), told::add);
        pace.await(points(NOON + 3600 * SECOND), told::add);

        assertThat(told).singleElement().asString().contains("due in 360 s");
    }

    @Test
    void withoutBound_nobodyWaits() throws InterruptedException {
        Pace pace = pace(Double.POSITIVE_INFINITY);

        pace.await(points(NOON), told::add);
        pace.await(points(NOON + 3600 * SECOND), told::add);

        assertThat(slept).isEmpty();
    }

    @Test
    void timeIsThatOfTheLatestItem_inEachFormat() {
        byte[] spans = span("s", utf8("0123456789abcdef")).toByteArray();

        assertThat(Pace.timeOf(points(NOON, NOON + 7, NOON + 3))).hasValue(NOON + 7);
        assertThat(Pace.timeOf(new OtlpFile.Request(1, OtlpSignal.SPANS, BodyFormat.PROTOBUF, spans)))
                .isNotEmpty();
        assertThat(
                        Pace.timeOf(
                                new OtlpFile.Request(
                                        1,
                                        OtlpSignal.LOGS,
                                        BodyFormat.JSON,
                                        utf8(
                                                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"observedTimeUnixNano\":\"5\"}]}]}]}"))))
                .hasValue(5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void speedThatIsNone_isRefused(double speed) {
        assertThatThrownBy(() -> Pace.of(speed)).hasMessageContaining("above 0");
    }

    private static OtlpFile.Request points(long... times) {
        return new OtlpFile.Request(
                1,
                OtlpSignal.METRICS,
                BodyFormat.PROTOBUF,
                gauge("queue", times).toByteArray());
    }
}
