package io.evenkeel.launcher;

import io.evenkeel.launcher.postgres.DirectAccess;
import io.evenkeel.launcher.postgres.PostgresServer;
import io.evenkeel.launcher.setup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An installation's database for a one-off command, whether Evenkeel runs just now or not. */
final class StoredData {
    @Option(names = "--demo", description = "The demo's installation.")
    boolean demo;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "The data directory, if it is not the default.")
    @Nullable
    Path dataDir;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            defaultValue = "9390",
            description = "The installation's port base. Default: ${DEFAULT-VALUE}.")
    int portBase;

    DataDirectory directory() {
        return DataDirectory.of(dataDir, demo ? DemoCommand.demoData() : DataDirectory.defaultRoot());
    }

    /** Uses the running server, or starts it for the length of the command. */
    <T> T with(Terminal terminal, Function<DataSource, T> command) {
        DataDirectory data = directory();
        if (!Files.isDirectory(data.postgres())) {
            throw new StartupException(
                    "no Evenkeel has run in " + data.root() + "; name its directory with --data-dir, or say --demo");
        }
        HouseOptions.requirePortBase(portBase);
        Parts parts = new Parts();
        Shutdown.closes(terminal, parts);
        try (parts) {
            PostgresServer.Options options = data.database(new Ports(portBase).postgres());
            return command.apply(
                    DirectAccess.to(parts.start("PostgreSQL", () -> new Borrowed(PostgresServer.start(options)))
                            .server()));
        }
    }

    /** A server that was running already goes on running. */
    private record Borrowed(PostgresServer server) implements AutoCloseable {
        @Override
        public void close() {
            if (!server.isAdopted()) {
                server.close();
            }
        }
    }
}
