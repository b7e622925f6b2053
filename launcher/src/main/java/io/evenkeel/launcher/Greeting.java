package io.evenkeel.launcher;

import io.evenkeel.remediation.app.RepairCommands;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;

/** What a person sees once everything runs: where to look, and how to sign in. */
final class Greeting {
    private Greeting() {}

    static void tell(Terminal terminal, House.Plan plan) {
        // of this program, not of the shell command that may have built it first
        long sinceStartMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        terminal.line(String.format("Ready after %.1f s.", sinceStartMillis / 1000.0));
        terminal.line("");
        if (plan.has(Role.CONTROL)) {
            terminal.line("  Console    " + plan.consoleAddress());
            terminal.line("  Sign in    admin / " + password(plan.data()) + "   (kept in "
                    + plan.data().adminPassword() + ")");
        }
        if (plan.has(Role.INGEST)) {
            terminal.line("  Telemetry  OTLP/gRPC " + plan.options().bind + ":" + plan.options().otlpGrpcPort
                    + ", OTLP/HTTP " + plan.options().bind + ":" + plan.options().otlpHttpPort);
        }
        if (!plan.roles().roles.equals(EnumSet.allOf(Role.class))) {
            terminal.line("  Kafka      " + plan.kafkaBootstrap());
        }
        terminal.line("  Log        " + plan.data().log().resolve("evenkeel.log"));
        terminal.line("");
        if (plan.has(Role.CONTROL)) {
            tellProblems(terminal, plan);
        }
    }

    /** Started all the same: what was in force before still is, and the console says so too. */
    private static void tellProblems(Terminal terminal, House.Plan plan) {
        List<String> problems = RepairCommands.checkConfiguration(
                plan.configuration(), plan.data().root());
        if (!problems.isEmpty()) {
            terminal.problem("the configuration in " + plan.configuration() + " is not taken, what was in force before"
                    + " stays so. Mend this and it is taken within seconds:");
            problems.forEach(problem -> terminal.problem("  " + problem));
        }
    }

    private static String password(DataDirectory data) {
        try {
            return Files.readString(data.adminPassword()).strip();
        } catch (IOException e) {
            return "the password you set";
        }
    }
}
