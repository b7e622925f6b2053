package io.evenkeel.remediation.runner;

import io.evenkeel.remediation.runbook.Configuration;
import java.util.function.Supplier;

/** The configuration that counts right now. Empty until the first good directory was read: then nothing acts. */
public final class ConfigurationInForce implements Supplier<Configuration> {
    private volatile Configuration configuration = Configuration.empty();
    private volatile boolean known;

    @Override
    public Configuration get() {
        return configuration;
    }

    /** False after a start until a good directory was read: before that there is nothing to plan, judge or act by. */
    public boolean isKnown() {
        return known;
    }

    void set(Configuration next) {
        configuration = next;
        known = true;
    }
}
