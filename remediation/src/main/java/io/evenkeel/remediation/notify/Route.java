package io.evenkeel.remediation.notify;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/**
 * One outgoing webhook.
 *
 * @param name shown to people and kept with each notification
 * @param url where it posts to
 * @param secretFile file that holds the key of the signature; read at each send, never shown
 * @param environments environments whose incidents go there; empty means all
 * @param enabled false sends nothing
 */
public record Route(String name, URI url, Path secretFile, Set<String> environments, boolean enabled) {
    public Route {
        environments = Set.copyOf(environments);
    }

    public boolean takes(String environment) {
        return enabled && (environments.isEmpty() || environments.contains(environment));
    }
}
