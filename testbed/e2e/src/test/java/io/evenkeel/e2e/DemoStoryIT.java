package io.evenkeel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.story.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The whole way once, as a newcomer sees it: calm, an innocent deploy, a real fault in a real process, one explained
 * incident, a decision by a person in a browser, a verified recovery, a draft of the postmortem, and nothing left running.
 * Each run draws a seed and prints it; {@code -Devenkeel.seed=N} plays that one again, {@code -Devenkeel.seed=told} the
 * first act of the told story.
 */
class DemoStoryIT {
    private static final Path OUTPUT = Path.of(System.getProperty("evenkeel.e2e.output"));
    private static final Path ROOT =
            Path.of(System.getProperty("evenkeel.root")).toAbsolutePath().normalize();
    private static final Duration START = Duration.ofMinutes(6);
    private static final Duration CALM_AND_DEPLOY = Duration.ofMinutes(8);
    private static final Duration DETECTION = Duration.ofMinutes(3);
    private static final Duration RECOVERY = Duration.ofMinutes(10);

    @Test
    @Timeout(1800)
    void aRealFaultIsExplainedDecidedRepairedVerifiedAndWrittenDown() throws Exception {
        var chromium = Console.chromium();
        assumeTrue(
                chromium.isPresent(),
                "SKIPPED: no Chromium; install it (Debian: apt-get install chromium) or name it in CHROMIUM");
        Long seed = seed();
        Scenario scenario = seed == null ? Scenario.first() : Scenario.draw(seed);
        System.out.println(
                (seed == null ? "The told story: " : "Story of -Devenkeel.seed=" + seed + ": ") + scenario.text());

        Path data = dataDirectory();
        Files.createDirectories(OUTPUT);
        try (DemoProcess demo = DemoProcess.start(ROOT, data, OUTPUT.resolve("demo.log"), arguments(seed))) {
            demo.awaitWords("Sign in", START);
            try (Console console = Console.open(chromium.get(), demo.console(), OUTPUT)) {
                console.signIn("admin", demo.adminPassword());
                calm(demo, console);
                String incident =
                        explained(console, scenario, renamed(scenario.victim().word()));
                decided(console, scenario);
                demo.awaitWords("It is over", RECOVERY);
                writtenDown(console, incident);
            }
            demo.interrupt();
            assertThat(demo.leftBehind())
                    .as("processes left behind after Ctrl-C")
                    .isEmpty();
        }
    }

    /** Null for the told story. */
    private static @Nullable Long seed() {
        String named = System.getProperty("evenkeel.seed", "");
        if (named.equals("told")) {
            return null;
        }
        return named.isEmpty() ? Long.valueOf(new Random().nextInt(1_000_000)) : Long.valueOf(named);
    }

    private static void calm(DemoProcess demo, Console console) throws IOException, InterruptedException {
        demo.awaitWords("It is innocent", CALM_AND_DEPLOY);
        console.show("/");
        assertThat(console.incidentsListed()).as("incidents after the calm").isZero();
        console.photograph("1-calm");
        demo.awaitWords("FAULT", CALM_AND_DEPLOY);
        console.show("/");
        assertThat(console.incidentsListed())
                .as("incidents after an innocent deploy")
                .isZero();
    }

    private static String explained(Console console, Scenario scenario, String victim) {
        console.show("/");
        console.await("main a[href^='/i/']", DETECTION).click();
        console.await("#why .sus h3", DETECTION);
        String incident = console.url();
        console.await("#why .sus:has-text('" + victim + "')", DETECTION);
        // more evidence may still arrive; the first suspect settles within moments
        console.await("#why .sus:first-of-type h3:has-text('" + victim + "')", DETECTION);
        console.photograph("2-incident");
        console.photographOnAPhone("2-incident-phone");
        return incident;
    }

    private static void decided(Console console, Scenario scenario) {
        if (scenario.fault() == FaultKind.BAD_DEPLOY || scenario.fault() == FaultKind.CRASH) {
            console.await("form.approve button", DETECTION);
            console.photograph("3-approval");
            console.await("form.approve button", DETECTION).click();
            console.await("#do .plan", DETECTION);
            console.photograph("4-approved");
        } else if (scenario.fault() == FaultKind.HANG) {
            console.await("#do .allowed", DETECTION);
            console.photograph("3-allowed");
        } else if (console.shows("form.approve button")) {
            console.await("form.approve button", DETECTION).click();
        }
    }

    private static void writtenDown(Console console, String incident) {
        console.show(incident.substring(incident.indexOf("/i/")));
        console.photograph("5-resolved");
        console.show(incident.substring(incident.indexOf("/i/")) + "/postmortem");
        console.await("article.doc h1, article.doc h2", DETECTION);
        console.photograph("6-postmortem");
        console.show("/");
        assertThat(console.incidentsListed()).as("incidents of one fault").isEqualTo(1);
        console.photograph("7-afterwards");
        console.show("/audit");
        console.photograph("8-audit");
    }

    private static String[] arguments(@Nullable Long seed) {
        List<String> arguments = new ArrayList<>();
        if (seed != null) {
            arguments.addAll(List.of("--seed", Long.toString(seed)));
        }
        String names = System.getProperty("evenkeel.rename", "");
        if (!names.isEmpty()) {
            arguments.addAll(List.of("--rename", names));
        }
        return arguments.toArray(String[]::new);
    }

    /** The name of a role's service in this run. */
    private static String renamed(String role) {
        for (String pair : System.getProperty("evenkeel.rename", "").split(",", -1)) {
            if (pair.toLowerCase(Locale.ROOT).startsWith(role + "=")) {
                return pair.substring(pair.indexOf('=') + 1);
            }
        }
        return role;
    }

    /** PostgreSQL runs as another uid when we are root and must be able to walk down to its directory. */
    private static Path dataDirectory() throws IOException {
        Path directory = Files.createTempDirectory("evenkeel-e2e");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }
}
