package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.postgres.PostgresRunbooks;
import io.evenkeel.remediation.runbook.Configuration;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files into force in two moves: {@link #check} reads them, {@link #accept} is called when the rest of the
 * directory is valid too. A directory with mistakes is never accepted, so the last good one stays. For one thread.
 */
public final class ConfigurationKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationKeeper.class);

    private final ConfigurationDirectory reader;
    private final PostgresRunbooks runbooks;
    private final ConfigurationInForce current;
    private ConfigurationDirectory.@Nullable Loaded candidate;

    public ConfigurationKeeper(ConfigurationDirectory reader, PostgresRunbooks runbooks, ConfigurationInForce current) {
        this.reader = reader;
        this.runbooks = runbooks;
        this.current = current;
    }

    /** What the directory says now. Unchanged files are not read again. */
    public ConfigurationDirectory.Loaded check(Path directory) {
        ConfigurationDirectory.Loaded known = candidate;
        if (known != null && known.hash().equals(reader.hash(directory))) {
            return known;
        }
        ConfigurationDirectory.Loaded loaded = reader.load(directory);
        candidate = loaded;
        return loaded;
    }

    /** What was checked last comes into force; does nothing when it is not valid. */
    public void accept() {
        ConfigurationDirectory.Loaded known = candidate;
        Configuration valid = known == null ? null : known.configuration();
        if (valid == null || valid.hash().equals(current.get().hash())) {
            return;
        }
        runbooks.inForce(valid);
        current.set(valid);
        LOG.info(
                "event=repairs-configured hash={} runbooks={} grants={}",
                valid.hash(),
                valid.runbooks().size(),
                valid.grants().size());
    }
}
