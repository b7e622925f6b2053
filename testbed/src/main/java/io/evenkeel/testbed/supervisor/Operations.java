package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.supervisor.ReplicaStarter.NotReadyException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders under a token and carries each out once: the intent is durable before the first effect, the end after the
 * last. Orders to one service run one after the other, in the order they came. Thread-safe.
 */
final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** A replica that has not ended this long after TERM is killed. */
    static final Duration TERM_TIMEOUT = Duration.ofSeconds(5);

    private final Journal journal;
    private final Map<String, Operation> byToken = new LinkedHashMap<>();
    private final Map<String, Ledger.Desired> desired = new HashMap<>();
    private final Map<String, ExecutorService> lanes = new HashMap<>();
    private final CountDownLatch shopStarted = new CountDownLatch(1);

    Operations(Journal journal, Ledger ledger) {
        this.journal = journal;
        byToken.putAll(ledger.operations());
        desired.putAll(ledger.services());
    }

    /**
     * What is to be done.
     *
     * @param action word in journal and answer
     * @param service name of the service
     * @param wish figures of the order, part of what makes two orders the same
     * @param work the effects
     */
    record Order(String action, String service, Map<String, Object> wish, Work work) {}

    /** Carries an order out and returns what is afterwards. */
    @FunctionalInterface
    interface Work {
        Map<String, Object> run(Trail trail) throws NotReadyException, InterruptedException;
    }

    /** Orders taken before wait until this is called: the shop has to stand before it can be changed. */
    void shopStarted() {
        shopStarted.countDown();
    }

    synchronized Optional<Operation> find(String token) {
        return Optional.ofNullable(byToken.get(token));
    }

    /**
     * What became of an order that came before under this token; empty for a new token.
     *
     * @throws BadRequestException 422 when the token was used for another order
     */
    synchronized Optional<Operation> known(String token, String action, String service) {
        Operation known = byToken.get(token);
        if (known != null && !(known.action().equals(action) && known.service().equals(service))) {
            throw new BadRequestException(
                    422, "token " + token + " was used for " + known.action() + " of " + known.service());
        }
        return Optional.ofNullable(known);
    }

    synchronized Ledger.Desired desired(String service) {
        Ledger.Desired now = desired.get(service);
        if (now == null) {
            throw new IllegalStateException("service " + service + " is not in the ledger");
        }
        return now;
    }

    /**
     * Takes an order, or returns what became of the one that came first under this token.
     *
     * @throws BadRequestException 422 when the token was used for another order
     */
    synchronized Operation submit(String token, Order order) {
        Optional<Operation> known = known(token, order.action(), order.service());
        if (known.isPresent()) {
            return known.get();
        }
        Map<String, Object> before = before(order.service());
        Entry intent =
                journal.append(token, Entry.Phase.INTENT, order.action(), order.service(), before, order.wish(), "");
        Operation begun = new Operation(
                token,
                Operation.State.RUNNING,
                order.action(),
                order.service(),
                before,
                order.wish(),
                null,
                intent.at(),
                null);
        byToken.put(token, begun);
        lane(order.service()).execute(() -> carryOut(begun, order));
        return begun;
    }

    /** Ends an operation that a crash of the platform had cut off, now that the shop stands (or does not). */
    void conclude(Operation open, boolean asWanted, String text) {
        end(open, asWanted ? Operation.State.APPLIED : Operation.State.FAILED, open.after(), text);
    }

    /** Runs something in the lane of a service that is no order, after the orders before it. */
    void inLane(String service, Runnable work) {
        lane(service).execute(work);
    }

    private void carryOut(Operation begun, Order order) {
        try {
            shopStarted.await();
            Map<String, Object> after = new LinkedHashMap<>(order.wish());
            after.putAll(order.work().run(new Trail(journal, begun.token(), order.service())));
            end(begun, Operation.State.APPLIED, after, "");
        } catch (NotReadyException | RuntimeException e) {
            LOG.warn(
                    "operation failed token={} action={} service={}",
                    begun.token(),
                    begun.action(),
                    begun.service(),
                    e);
            end(begun, Operation.State.FAILED, before(order.service()), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            // The platform ends; the journal keeps the intent, and the next start finishes it.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end(Operation begun, Operation.State state, Map<String, Object> after, String text) {
        Entry.Phase phase = state == Operation.State.APPLIED ? Entry.Phase.APPLIED : Entry.Phase.FAILED;
        Entry entry =
                journal.append(begun.token(), phase, begun.action(), begun.service(), begun.before(), after, text);
        if (state == Operation.State.APPLIED) {
            desired.computeIfPresent(begun.service(), (name, now) -> Ledger.target(now, begun.action(), after));
        }
        byToken.put(
                begun.token(),
                new Operation(
                        begun.token(),
                        state,
                        begun.action(),
                        begun.service(),
                        begun.before(),
                        after,
                        state == Operation.State.FAILED ? text : null,
                        begun.startedAt(),
                        entry.at()));
    }

    private Map<String, Object> before(String service) {
        Ledger.Desired now = desired(service);
        return Map.of("version", now.version(), "replicas", now.replicas());
    }

    private synchronized ExecutorService lane(String service) {
        return lanes.computeIfAbsent(
                service,
                name -> Executors.newSingleThreadExecutor(runnable -> {
                    Thread thread = new Thread(runnable, "lane-" + name);
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    List<Operation> all() {
        synchronized (this) {
            return List.copyOf(byToken.values());
        }
    }

    @Override
    public synchronized void close() {
        lanes.values().forEach(ExecutorService::shutdownNow);
    }
}
