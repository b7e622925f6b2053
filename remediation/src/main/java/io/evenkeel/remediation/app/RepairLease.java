package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.Lease;
import io.evenkeel.remediation.postgres.PostgresLease;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which control plane may act. Losing it only stops this process from beginning anything: what is under way is fenced by
 * the lease of each execution.
 */
final class RepairLease implements BooleanSupplier {
    private static final String NAME = "repairs";

    /** Renewed every second; after a kill the next process waits no longer than this. */
    private static final Duration TTL = Duration.ofSeconds(6);

    private final PostgresLease leases;
    private final String owner;
    private volatile @Nullable Lease held;

    RepairLease(PostgresLease leases, String owner) {
        this.leases = leases;
        this.owner = owner;
    }

    /** Takes or renews it; false while another process has it. */
    boolean renew() {
        held = leases.acquire(NAME, owner, TTL).orElse(null);
        return held != null;
    }

    @Override
    public boolean getAsBoolean() {
        Lease lease = held;
        return lease != null && leases.holds(lease);
    }

    void release() {
        Lease lease = held;
        held = null;
        if (lease != null) {
            leases.release(lease);
        }
    }
}
