package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Exit status: 0 done, 1 could not, 2 wrong words on the command line. */
@Command(
        name = "evenkeel",
        mixinStandardHelpOptions = true,
        versionProvider = Evenkeel.Version.class,
        description = "Turns telemetry into few, explained incidents and safe, verified repairs.",
        footer = "%nIn a clone, `./evenkeel bench` measures the performance goals.",
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            BreakCommand.class,
            ConfigCommand.class,
            AuditCommand.class,
            StopCommand.class,
            TokenCommand.class,
            ReplayCommand.class,
            BackfillCommand.class,
            EvaluateCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Evenkeel {
    private static final int COULD_NOT = 1;

    private final Terminal terminal;

    private Evenkeel(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream error = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(out, error);
        CommandLine line = new CommandLine(new Evenkeel(terminal)).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((exception, command, result) -> {
            terminal.problem(
                    exception instanceof StartupException
                            ? String.valueOf(exception.getMessage())
                            : "stopped by an error of ours, please report it: " + exception);
            LoggerFactory.getLogger(Evenkeel.class).error("command failed", exception);
            return COULD_NOT;
        });
        // broker and Flink leave threads that are no daemons: the process must not wait for them
        System.exit(line.execute(arguments));
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Evenkeel.class.getPackage().getImplementationVersion();
            return new String[] {"Evenkeel " + (version == null ? "(from classes)" : version)};
        }
    }
}
