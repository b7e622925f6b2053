package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.app.RepairCommands;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The stop button for when the console is down, and the way out of it where there is only one user. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = "Stop all repairs at once; ./evenkeel stop release lets them run again. Undo is never stopped.")
final class StopCommand implements Callable<Integer> {
    private static final String GLOBAL = "global";

    @ParentCommand
    private Evenkeel evenkeel;

    @Mixin
    private StoredData stored;

    @Parameters(index = "0", arity = "0..1", paramLabel = "release", description = "Let repairs run again.")
    String action = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why; it goes into the audit trail.")
    String reason = "";

    @Override
    public Integer call() {
        if (action.isEmpty()) {
            stored.with(evenkeel.terminal(), database -> {
                RepairCommands.engageStop(database, GLOBAL, reason);
                return true;
            });
            evenkeel.terminal()
                    .line("All repairs are stopped. Undo still runs. ./evenkeel stop release --reason TEXT ends it.");
            return 0;
        }
        if (!action.equals("release")) {
            throw new StartupException(
                    "unknown action '" + action + "'; say ./evenkeel stop, or ./evenkeel stop release");
        }
        boolean released =
                stored.with(evenkeel.terminal(), database -> RepairCommands.releaseStop(database, GLOBAL, reason));
        evenkeel.terminal().line(released ? "Repairs may run again." : "Repairs were not stopped.");
        return 0;
    }
}
