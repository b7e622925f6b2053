package io.evenkeel.remediation.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamlFileTest {
    private final Problems problems = new Problems();

    @Test
    void knowsTheLineOfEachValue() {
        YamlMap map = read("a: 1\nb:\n  - x\n  - {c: 30s}\n");

        assertThat(map.integer("a", 0, 9, 0)).isEqualTo(1);
        assertThat(map.list("b")).extracting(YamlNode::line).containsExactly(3, 4);
        assertThat(YamlMap.of(map.list("b").get(1), "item", problems).duration("c", Duration.ZERO))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(problems.texts()).isEmpty();
    }

    @Test
    void reportsUnknownKeysWithTheLineOfTheKey() {
        YamlMap map = read("name: x\n\nnmae: y\n");
        map.text("name");
        map.finish();

        assertThat(problems.texts())
                .containsExactly("f.yaml:3: unknown key 'nmae' in thing; expected one of name; mend or remove it");
    }

    @Test
    void reportsMissingAndMistypedValues() {
        YamlMap map = read("a: [1]\nb: soon\nc: 11\nd: maybe\n");
        map.text("name");
        map.text("a");
        map.duration("b", Duration.ZERO);
        map.integer("c", 0, 10, 0);
        map.flag("d", false);

        assertThat(problems.list()).extracting(Problem::line).containsExactly(1, 1, 2, 3, 4);
    }

    @Test
    void refusesDuplicateKeysBrokenYamlAndEmptyFiles() {
        assertThat(refused("a: 1\na: 2\n")).hasSize(1).first().asString().startsWith("f.yaml:2: key 'a'");
        assertThat(refused("a: [1\nb: 2\n")).hasSize(1).first().asString().contains("is not YAML");
        assertThat(refused("")).hasSize(1);
        assertThat(refused("a: !!java.net.URL http://x\n")).hasSize(1);
    }

    /** The billion laughs and the deep nest: both are refused before they cost memory or stack. */
    @Test
    void refusesAliasBombsAndDeepNests() {
        StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
        for (char name = 'b'; name <= 'z'; name++) {
            char previous = (char) (name - 1);
            bomb.append(name)
                    .append(": &")
                    .append(name)
                    .append(" [*")
                    .append(previous)
                    .append(", *")
                    .append(previous);
            bomb.append("]\n");
        }
        assertThat(refused(bomb.toString())).hasSize(1);
        assertThat(refused("[".repeat(100_000))).hasSize(1).first().asString().contains("nested too deep");
    }

    @Test
    void readsDaysAsTheirEnd() {
        YamlMap map = read("until: 2027-01-31\nat: 2027-01-31T18:00:00Z\n");

        assertThat(map.instant("until")).contains(Instant.parse("2027-02-01T00:00:00Z"));
        assertThat(map.instant("at")).contains(Instant.parse("2027-01-31T18:00:00Z"));
    }

    @Test
    void expandsOnlyKnownNames() {
        YamlMap map = read("a: ${data-dir}/x\nb: ${NOPE}\n");
        Expansion expansion = new Expansion(name -> name.equals("data-dir") ? "/d" : null);

        assertThat(expansion.expand(map, "a", map.text("a"))).isEqualTo("/d/x");
        assertThat(expansion.expand(map, "b", map.text("b"))).isEmpty();
        assertThat(problems.texts()).hasSize(1).first().asString().startsWith("f.yaml:2: '${NOPE}' has no value");
    }

    private YamlMap read(String text) {
        return YamlMap.of(YamlFile.parse(text, "f.yaml", problems).orElseThrow(), "thing", problems);
    }

    private static List<String> refused(String text) {
        Problems problems = new Problems();
        assertThat(YamlFile.parse(text, "f.yaml", problems)).isEmpty();
        return problems.texts();
    }
}
