package io.evenkeel.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house keeps its rooms apart, and each rule is shown to notice when it does not. */
class GuardTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.evenkeel");
    private static final JavaClasses FIXTURES = new ClassFileImporter()
            .withImportOption(location -> location.contains("/test-classes/") && location.contains("/fixture/"))
            .importPackages("io.evenkeel");

    record Guard(String name, ArchRule rule, String brokenBy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Guard> guards() {
        return Map.<String, Guard>of(
                "1", new Guard("domain knows only the JDK", GuardRules.DOMAIN_KNOWS_ONLY_THE_JDK, "BreaksDomain"),
                "2", new Guard("learning is pure", GuardRules.LEARNING_IS_PURE, "BreaksLearning"),
                "3",
                        new Guard(
                                "Flink stays in flink packages",
                                GuardRules.FLINK_STAYS_IN_FLINK_PACKAGES,
                                "BreaksLearning"),
                "4",
                        new Guard(
                                "Spring stays in app packages",
                                GuardRules.SPRING_STAYS_IN_APP_PACKAGES,
                                "BreaksTestBed"),
                "5", new Guard("the test bed has no Spring", GuardRules.TEST_BED_HAS_NO_SPRING, "BreaksTestBed"),
                "6",
                        new Guard(
                                "Kafka stays in kafka and flink packages",
                                GuardRules.KAFKA_STAYS_IN_KAFKA_AND_FLINK_PACKAGES,
                                "BreaksRemediation"),
                "7",
                        new Guard(
                                "JDBC stays in postgres packages",
                                GuardRules.JDBC_STAYS_IN_POSTGRES_PACKAGES,
                                "BreaksRemediation"),
                "8",
                        new Guard(
                                "generated OTLP classes stay at the door",
                                GuardRules.GENERATED_OTLP_CLASSES_STAY_AT_THE_DOOR,
                                "BreaksCorrelation"),
                "9",
                        new Guard(
                                "stages do not know each other",
                                GuardRules.STAGES_DO_NOT_KNOW_EACH_OTHER,
                                "BreaksCorrelation"),
                "10",
                        new Guard(
                                "time comes in from outside",
                                GuardRules.TIME_COMES_IN_FROM_OUTSIDE,
                                "BreaksCorrelation"))
                .values()
                .stream();
    }

    static Stream<Guard> moreGuards() {
        return Stream.of(
                new Guard("packages have no cycles", GuardRules.PACKAGES_HAVE_NO_CYCLES, "BreaksDomain"),
                new Guard(
                        "the terminal belongs to the command line",
                        GuardRules.TERMINAL_BELONGS_TO_THE_COMMAND_LINE,
                        "BreaksCorrelation"),
                new Guard(
                        "adapters know only their Spring",
                        GuardRules.ADAPTERS_KNOW_ONLY_THEIR_SPRING,
                        "BreaksAdapter"));
    }

    @ParameterizedTest
    @MethodSource({"guards", "moreGuards"})
    void theHouseKeepsTheRule(Guard guard) {
        guard.rule().allowEmptyShould(true).check(HOUSE);
    }

    @ParameterizedTest
    @MethodSource({"guards", "moreGuards"})
    void theRuleNoticesItsFixture(Guard guard) {
        var result = guard.rule().evaluate(FIXTURES);
        assertThat(result.hasViolation()).as("the fixture breaks the rule").isTrue();
        assertThat(String.join("\n", result.getFailureReport().getDetails())).contains(guard.brokenBy());
    }
}
