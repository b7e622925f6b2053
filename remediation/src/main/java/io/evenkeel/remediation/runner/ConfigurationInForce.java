package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.runbook.Configuration;
import java.util.function.Supplier;

/** The configuration that counts right now. Empty until the first good directory was read: then nothing acts. */
public final class ConfigurationInForce implements Supplier<Configuration> {
    private volatile Configuration configuration = Configuration.empty();

    @Override
    public Configuration get() {
        return configuration;
    }

    void set(Configuration next) {
        configuration = next;
    }
}
