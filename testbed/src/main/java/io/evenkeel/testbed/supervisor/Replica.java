package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.process.ProcessIdentity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One process of a service. Its state is written by the service's lane and by the monitor; each field is safe to read at
 * any time.
 */
final class Replica {
    /** Probes in a row without an answer after which a replica counts as hung; one a second. */
    private static final int SILENT_PROBES_OF_A_HUNG_ONE = 3;

    private final String instance;
    private final int ordinal;
    private final String version;
    private final int port;
    private final int healthPort;
    private final Process process;
    private final ProcessIdentity identity;
    private final Instant startedAt;
    private volatile State state = State.STARTING;
    private volatile boolean routed;
    private int silentProbes;

    /** Life of a replica. */
    enum State {
        STARTING,
        READY,
        /** Alive, but silent to its health probe. Still routed to: the platform does not heal by itself. */
        HUNG,
        /** Taken out of the registry and about to end. */
        DRAINING,
        STOPPED
    }

    Replica(
            String instance,
            int ordinal,
            String version,
            int port,
            int healthPort,
            Process process,
            ProcessIdentity identity,
            Instant startedAt) {
        this.instance = instance;
        this.ordinal = ordinal;
        this.version = version;
        this.port = port;
        this.healthPort = healthPort;
        this.process = process;
        this.identity = identity;
        this.startedAt = startedAt;
    }

    String instance() {
        return instance;
    }

    int ordinal() {
        return ordinal;
    }

    String version() {
        return version;
    }

    int port() {
        return port;
    }

    int healthPort() {
        return healthPort;
    }

    Process process() {
        return process;
    }

    ProcessIdentity identity() {
        return identity;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    /** True while callers send it requests. */
    boolean isRouted() {
        return routed;
    }

    void routed(boolean listed) {
        routed = listed;
    }

    boolean isReady() {
        return state == State.READY;
    }

    /** Takes in what a probe saw; only a ready or a hung replica changes by it. */
    synchronized void probed(boolean answered) {
        silentProbes = answered ? 0 : silentProbes + 1;
        if (state == State.READY && silentProbes >= SILENT_PROBES_OF_A_HUNG_ONE) {
            state = State.HUNG;
        }
        if (state == State.HUNG && answered) {
            state = State.READY;
        }
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("instance", instance);
        json.put("ordinal", ordinal);
        json.put("version", version);
        json.put("pid", identity.pid());
        json.put("port", port);
        json.put("state", state.name().toLowerCase(Locale.ROOT));
        json.put("startedAt", startedAt.toString());
        return json;
    }
}
