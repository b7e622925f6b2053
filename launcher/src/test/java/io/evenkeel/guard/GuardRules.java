package io.evenkeel.guard;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

/** Which room may know what. Each rule has a fixture in {@code io.evenkeel.<room>.fixture} that breaks it. */
final class GuardRules {
    static final ArchRule DOMAIN_KNOWS_ONLY_THE_JDK = classes()
            .that()
            .resideInAPackage("io.evenkeel.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.evenkeel.domain..");

    static final ArchRule LEARNING_IS_PURE = noClasses()
            .that()
            .resideInAPackage("io.evenkeel.learning..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.flink..", "org.springframework..", "org.apache.kafka..", "java.sql..", "javax.sql..");

    static final ArchRule FLINK_STAYS_IN_FLINK_PACKAGES = noClasses()
            .that()
            .resideOutsideOfPackages("..flink..", "io.evenkeel.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.flink..");

    static final ArchRule SPRING_STAYS_IN_APP_PACKAGES = noClasses()
            .that()
            .resideOutsideOfPackages("..app..", "..postgres..", "..kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    static final ArchRule ADAPTERS_KNOW_ONLY_THEIR_SPRING = noClasses()
            .that()
            .resideInAnyPackage("..postgres..", "..kafka..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..")
                    .and(resideOutsideOfPackages(
                            "org.springframework.jdbc..",
                            "org.springframework.dao..",
                            "org.springframework.transaction..",
                            "org.springframework.kafka..")));

    static final ArchRule TEST_BED_HAS_NO_SPRING = noClasses()
            .that()
            .resideInAPackage("io.evenkeel.testbed..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    static final ArchRule KAFKA_STAYS_IN_KAFKA_AND_FLINK_PACKAGES = noClasses()
            .that()
            .resideOutsideOfPackages("..kafka..", "..flink..", "io.evenkeel.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "kafka..");

    static final ArchRule JDBC_STAYS_IN_POSTGRES_PACKAGES = noClasses()
            .that()
            .resideOutsideOfPackage("..postgres..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.sql..", "org.postgresql..")
                    .or(DescribedPredicate.describe(
                            "connection pools",
                            (JavaClass type) -> type.getPackageName().startsWith("com.zaxxer.hikari"))));

    static final ArchRule GENERATED_OTLP_CLASSES_STAY_AT_THE_DOOR = noClasses()
            .that()
            .resideOutsideOfPackages("io.evenkeel.wire.otlp..", "io.evenkeel.ingest..", "io.evenkeel.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry.proto..");

    static final ArchRule STAGES_DO_NOT_KNOW_EACH_OTHER = slices().matching("io.evenkeel.(*)..")
            .namingSlices("stage $1")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(resideOutsideOfPackages(stages()), DescribedPredicate.alwaysTrue())
            .ignoreDependency(DescribedPredicate.alwaysTrue(), resideOutsideOfPackages(stages()));

    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.evenkeel.(**)").should().beFreeOfCycles();

    static final ArchRule TIME_COMES_IN_FROM_OUTSIDE = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..app..", "io.evenkeel.launcher..", "io.evenkeel.testbed..", "io.evenkeel.benchmarks..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(java.util.Random.class);

    static final ArchRule TERMINAL_BELONGS_TO_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackages("io.evenkeel.launcher..", "io.evenkeel.testbed..", "io.evenkeel.benchmarks..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    private GuardRules() {}

    private static String[] stages() {
        return new String[] {
            "io.evenkeel.ingest..",
            "io.evenkeel.detection..",
            "io.evenkeel.correlation..",
            "io.evenkeel.remediation..",
            "io.evenkeel.console.."
        };
    }
}
