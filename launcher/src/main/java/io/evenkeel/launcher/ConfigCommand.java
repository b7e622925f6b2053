package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.app.RepairCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Checks a configuration directory before it is put in force. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description =
                "Check a configuration directory: ./evenkeel config check DIR. Names file and line of each problem.")
final class ConfigCommand implements Callable<Integer> {
    @ParentCommand
    private Evenkeel evenkeel;

    @Parameters(index = "0", paramLabel = "check", description = "The only thing to do with a configuration.")
    String action = "";

    @Parameters(
            index = "1",
            paramLabel = "DIR",
            description = "Directory with catalogue, policy, grants, routes, runbooks.")
    Path directory = Path.of(".");

    @Override
    public Integer call() {
        if (!action.equals("check")) {
            throw new StartupException("unknown action '" + action + "'; say ./evenkeel config check DIR");
        }
        if (!Files.isDirectory(directory)) {
            throw new StartupException(directory + " is not a directory");
        }
        List<String> problems =
                RepairCommands.checkConfiguration(directory.toAbsolutePath(), DataDirectory.defaultRoot());
        problems.forEach(problem -> evenkeel.terminal().line(problem));
        evenkeel.terminal()
                .line(
                        switch (problems.size()) {
                            case 0 -> "The configuration is sound.";
                            case 1 -> "1 problem.";
                            default -> problems.size() + " problems.";
                        });
        return problems.isEmpty() ? 0 : 1;
    }
}
