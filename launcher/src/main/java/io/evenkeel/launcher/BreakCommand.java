package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.testbed.SupervisorClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.JsonNode;

/** Breaks a service of the running demo, or takes a fault back. */
@Command(
        name = "break",
        mixinStandardHelpOptions = true,
        description = "Break a service of the running demo; without arguments list what can be broken.")
final class BreakCommand implements Callable<Integer> {
    @ParentCommand
    private Evenkeel evenkeel;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "A service of the shop.")
    @Nullable
    String service;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FAULT", description = "What happens to it.")
    @Nullable
    String fault;

    @Option(
            names = "--intensity",
            paramLabel = "1..3",
            defaultValue = "2",
            description = "How bad. Default: ${DEFAULT-VALUE}.")
    int intensity;

    @Option(names = "--revert", paramLabel = "ID", description = "Take this fault back.")
    @Nullable
    String revert;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The demo's data directory, if it is not the default.")
    @Nullable
    Path dataDir;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            defaultValue = "9390",
            description = "The demo's port base. Default: ${DEFAULT-VALUE}.")
    int portBase;

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = evenkeel.terminal();
        DataDirectory data = DataDirectory.of(dataDir, DemoCommand.demoData());
        SupervisorClient platform = new SupervisorClient(
                new Ports(portBase).supervisor(), data.testbed().resolve("supervisor.token"));
        try {
            if (revert != null) {
                platform.revert(revert);
                terminal.line("Taken back: " + revert);
            } else if (service == null || fault == null) {
                terminal.line("./evenkeel break SERVICE FAULT, where SERVICE is one of");
                platform.services()
                        .forEach(each -> terminal.line("  " + each.path("name").asString()));
                terminal.line("and FAULT one of");
                platform.faultCatalogue()
                        .forEach(each -> terminal.line(String.format(
                                "  %-18s %s",
                                each.path("fault").asString(), each.path("what").asString(""))));
                for (JsonNode each : platform.faults()) {
                    if (each.path("active").asBoolean()) {
                        terminal.line("Lasting now: " + each.path("id").asString() + ", "
                                + each.path("fault").asString() + " of "
                                + each.path("service").asString());
                    }
                }
            } else {
                var injected = platform.inject(service, fault, intensity);
                terminal.line(
                        fault + " of " + service + ": " + injected.path("how").asString(""));
                terminal.line("Take it back with ./evenkeel break --revert "
                        + injected.path("id").asString());
            }
            return 0;
        } catch (IOException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
    }
}
