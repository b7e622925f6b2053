package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.postgres.PostgresConfigState;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import io.evenkeel.remediation.runbook.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the configuration in force. A directory with mistakes changes nothing but the error that is shown; the last good
 * one stays. Safe for use by many threads.
 */
public final class ConfigurationKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationKeeper.class);

    private final Path directory;
    private final ConfigurationDirectory reader;
    private final PostgresConfigState state;
    private final ConfigurationInForce current;
    private String lastSeen = "";

    /**
     * @param current where the configuration in force is kept, shared with the executors
     */
    public ConfigurationKeeper(
            Path directory, ConfigurationDirectory reader, PostgresConfigState state, ConfigurationInForce current) {
        this.directory = directory;
        this.reader = reader;
        this.state = state;
        this.current = current;
    }

    public Configuration current() {
        return current.get();
    }

    /** Looks at the directory; a change that is valid comes into force. */
    public synchronized void refresh() {
        ConfigurationDirectory.Loaded loaded = reader.load(directory);
        if (loaded.hash().equals(lastSeen)) {
            return;
        }
        Configuration valid = loaded.configuration();
        if (valid != null) {
            state.loaded(valid);
            current.set(valid);
            LOG.info(
                    "config_loaded hash={} runbooks={} grants={}",
                    valid.hash(),
                    valid.runbooks().size(),
                    valid.grants().size());
        } else {
            state.refused(text(loaded.problems()));
            LOG.warn(
                    "config_refused problems={} first=\"{}\"",
                    loaded.problems().size(),
                    loaded.problems().get(0).text());
        }
        lastSeen = loaded.hash();
    }

    private static String text(List<Problem> problems) {
        return problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
    }
}
