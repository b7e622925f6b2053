package io.evenkeel.ingest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of bodies that may be in flight at a time, over all connections: what bounds the door's heap. A request
 * claims before it holds: compressed bytes as they arrive, then what they become as it becomes it. Law: the sum of open
 * claims never exceeds the budget, and is 0 when no request is in flight. Safe for any thread; a claim belongs to one
 * request.
 */
public final class ByteBudget {
    /** Charged to every request for its objects, so that a flood of empty ones is bounded too. */
    static final int BASE_BYTES = 2048;

    private final long budget;
    private final AtomicLong taken = new AtomicLong();

    public ByteBudget(long budget) {
        this.budget = budget;
    }

    public long budget() {
        return budget;
    }

    public long taken() {
        return taken.get();
    }

    public Claim claim() {
        return new Claim();
    }

    private boolean take(long bytes) {
        long now = taken.get();
        while (now + bytes <= budget) {
            if (taken.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** One request's share. Grown by one thread at a time, released once. */
    public final class Claim {
        private final AtomicLong held = new AtomicLong();

        private Claim() {}

        /** Takes more, or takes nothing and says false: then the request must be refused as TOO_BUSY. */
        public boolean grow(long bytes) {
            long wanted = held.get() == 0 ? bytes + BASE_BYTES : bytes;
            if (!take(wanted)) {
                return false;
            }
            held.addAndGet(wanted);
            return true;
        }

        public void release() {
            taken.addAndGet(-held.getAndSet(0));
        }
    }
}
