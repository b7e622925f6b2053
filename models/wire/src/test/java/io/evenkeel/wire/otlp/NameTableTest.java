package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameTableTest {
    private final NameTable names = new NameTable(2, 99);

    @Test
    void capsNamesPerService() {
        names.enter("demo/shop/front", 0);
        assertThat(name(1, "a")).isEqualTo("a");
        assertThat(name(2, "b")).isEqualTo("b");
        assertThat(name(3, "c")).isEqualTo("_other");
        assertThat(name(1, "never made again")).isEqualTo("a");
        names.enter("demo/shop/catalog", 0);
        assertThat(name(3, "c")).isEqualTo("c");
    }

    @Test
    void startsAfreshAnHourAfterItWasMadeWhenFull() {
        names.enter("demo/shop/front", 100);
        name(1, "old");
        name(2, "older");
        names.enter("demo/shop/front", 100 + 3599);
        assertThat(name(3, "new")).isEqualTo("_other");
        names.enter("demo/shop/front", 100 + 3600);
        assertThat(name(3, "new")).isEqualTo("new");
    }

    @Test
    void oneTextHasOneNameHoweverItIsSpelled() {
        names.enter("demo/shop/front", 0);
        NameTable.Name first = names.name(1, () -> "catalog:8080");
        assertThat(names.name(2, () -> "catalog:8080")).isSameAs(first);
    }

    private String name(long fingerprint, String text) {
        return names.name(fingerprint, () -> text).text();
    }
}
