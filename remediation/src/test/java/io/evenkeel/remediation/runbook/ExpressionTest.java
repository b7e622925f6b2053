package io.evenkeel.remediation.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpressionTest {
    private final Problems problems = new Problems();

    @Test
    void answersOverDottedNames() {
        Expression expression = compile("cause.kind == 'hang' && cause.confidence >= 1", Vocabulary.triggers())
                .orElseThrow();

        assertThat(expression
                        .ask(Facts.of(Map.of("cause.kind", "hang", "cause.confidence", 1.0)))
                        .held())
                .isTrue();
        assertThat(expression
                        .ask(Facts.of(Map.of("cause.kind", "hang", "cause.confidence", 0.99)))
                        .held())
                .isFalse();
        assertThat(expression.names()).containsExactlyInAnyOrder("cause.confidence", "cause.kind");
    }

    /** An error is a "no": never an exception, never a "yes". */
    @Test
    void answersNoWhenAValueIsMissing() {
        Expression expression =
                compile("cause.confidence < 0.5", Vocabulary.triggers()).orElseThrow();

        Expression.Answer answer = expression.ask(Facts.of(Map.of()));

        assertThat(answer.held()).isFalse();
        assertThat(answer.error()).contains("cause.confidence < 0.5");
    }

    @Test
    void findsMisspeltNamesAndWrongTypesWhenLoaded() {
        assertThat(compile("cause.knd == 'hang'", Vocabulary.triggers())).isEmpty();
        assertThat(compile("cause.kind == 3", Vocabulary.triggers())).isEmpty();
        assertThat(compile("cause.kind", Vocabulary.triggers())).isEmpty();
        assertThat(compile("sli('x') > 1.0", Vocabulary.triggers())).isEmpty();
        assertThat(problems.texts()).hasSize(4).allMatch(text -> text.startsWith("f.yaml:1: expression"));
    }

    @Test
    void readsServiceLevelsAndLists() {
        Vocabulary vocabulary = Vocabulary.preconditions(Map.of("to", ParameterType.VERSION));
        Expression level = compile("sli('harm') > baseline.upper", vocabulary).orElseThrow();
        Expression list = compile("target.previousVersions.exists(v, v == params.to)", vocabulary)
                .orElseThrow();

        assertThat(level.ask(new Facts(Map.of("baseline.upper", 0.1), name -> 0.4))
                        .held())
                .isTrue();
        assertThat(level.ask(new Facts(Map.of("baseline.upper", 0.1), name -> Double.NaN))
                        .held())
                .isFalse();
        assertThat(list.ask(Facts.of(Map.of("target.previousVersions", List.of("1", "2"), "params.to", "2")))
                        .held())
                .isTrue();
    }

    private Optional<Expression> compile(String text, Vocabulary vocabulary) {
        return Expression.compile(new YamlNode.Scalar("f.yaml", 1, text, text), vocabulary, problems);
    }
}
