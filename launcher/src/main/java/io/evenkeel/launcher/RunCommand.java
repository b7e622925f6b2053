package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.runbook.DefaultConfiguration;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Starts Evenkeel for telemetry of your own. A fresh installation observes and suggests; nothing acts without a grant. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Start Evenkeel. It observes and suggests; nothing acts without a grant.")
final class RunCommand implements Callable<Integer> {
    private static final Duration RESOLVE_AFTER = Duration.ofMinutes(5);

    @ParentCommand
    private Evenkeel evenkeel;

    @Mixin
    private HouseOptions options;

    @Mixin
    private RoleOptions roles;

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        roles.check();
        Terminal terminal = evenkeel.terminal();
        DataDirectory data = DataDirectory.of(options.dataDir, DataDirectory.defaultRoot());
        FileLock lock = data.open();
        Parts parts = new Parts();
        CountDownLatch stopped = Shutdown.closes(terminal, parts);
        try {
            parts.start("data directory lock", () -> lock);
            Path configuration = options.configDir == null ? data.config() : options.configDir.toAbsolutePath();
            if (options.configDir == null) {
                makeDefault(configuration);
            }
            Duration resolveAfter = options.resolveAfterSeconds == null
                    ? RESOLVE_AFTER
                    : Duration.ofSeconds(options.resolveAfterSeconds);
            House.Plan plan = new House.Plan(options, data, configuration, resolveAfter, roles, null);
            terminal.line("Starting Evenkeel in " + data.root());
            new House(parts, terminal).start(plan);
            Greeting.tell(terminal, plan);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        stopped.await();
        return 0;
    }

    private static void makeDefault(Path configuration) {
        try {
            DefaultConfiguration.createIn(configuration);
        } catch (IOException e) {
            throw new StartupException(
                    "cannot write the default configuration to " + configuration + " (" + e
                            + "); name a directory of yours with --config-dir",
                    e);
        }
    }
}
