package io.evenkeel.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;

/** What a person sees once everything runs: where to look, and how to sign in. */
final class Greeting {
    private Greeting() {}

    static void tell(Terminal terminal, House.Plan plan) {
        Duration sinceStart = ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()))
                .orElse(Duration.ZERO);
        terminal.line(String.format("Ready after %.1f s.", sinceStart.toMillis() / 1000.0));
        terminal.line("");
        terminal.line("  Console    " + plan.consoleAddress());
        terminal.line("  Sign in    admin / " + password(plan.data()) + "   (kept in "
                + plan.data().adminPassword() + ")");
        terminal.line("  Telemetry  OTLP/gRPC " + plan.options().bind + ":" + plan.options().otlpGrpcPort
                + ", OTLP/HTTP " + plan.options().bind + ":" + plan.options().otlpHttpPort);
        terminal.line("  Log        " + plan.data().log().resolve("evenkeel.log"));
        terminal.line("");
    }

    private static String password(DataDirectory data) {
        try {
            return Files.readString(data.adminPassword()).strip();
        } catch (IOException e) {
            return "the password you set";
        }
    }
}
