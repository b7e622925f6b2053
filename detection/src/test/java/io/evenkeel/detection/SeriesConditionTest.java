package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesConditionTest {
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "'';                     a=1;            true",
                "state=used;             state=used;     true",
                "state=used;             state=free;     false",
                "state=used;             '';             false",
                "state!=idle;            state=used;     true",
                "state!=idle;            '';             true",
                "state!=idle;            state=idle;     false",
                "error.type=*;           error.type=500; true",
                "error.type=*;           error.type=;    false",
                "error.type=*;           a=1;            false",
                "state!=*;               a=1;            true",
                "state!=*;               state=used;     false",
                "a=1 state!=idle;        a=1,state=used; true",
                "a=1 state!=idle;        a=1,state=idle; false",
                "a=1 state!=idle;        a=2,state=used; false",
                "state=used;             a.state=used;   false",
            })
    void allTermsMustHold(String condition, String attributes, boolean holds) {
        assertThat(SeriesCondition.parse(condition).holds(attributes)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "=used", "!=used", "state=", "state!="})
    void whatIsNoConditionIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeriesCondition.parse(text))
                .withMessageContaining(text);
    }
}
