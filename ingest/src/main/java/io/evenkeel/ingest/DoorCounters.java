package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.ItemFault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What went through the door since it opened. Laws, exact whenever no request is in flight:
 *
 * <ul>
 *   <li>requests received = accepted + refused (all reasons) + in flight
 *   <li>items that came in accepted requests = items accepted + items rejected (all faults)
 *   <li>accepted = durable: every record of an accepted request was acknowledged by Kafka
 * </ul>
 *
 * Safe for any thread.
 */
public final class DoorCounters {
    private final LongAdder received = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    /** By {@link Refusal} ordinal. */
    private final LongAdder[] refused = adders(Refusal.values().length);

    private final LongAdder itemsAccepted = new LongAdder();
    /** By {@link ItemFault} ordinal. */
    private final LongAdder[] itemsRejected = adders(ItemFault.values().length);

    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder recordsWritten = new LongAdder();
    private final LongAdder logFailures = new LongAdder();

    public void requestReceived() {
        received.increment();
    }

    /** @param bytes of a body as it arrived, compressed or not */
    public void bodyReceived(long bytes) {
        bytesReceived.add(bytes);
    }

    public void requestAccepted(long items, Map<ItemFault, Long> faults) {
        accepted.increment();
        itemsAccepted.add(items);
        faults.forEach((fault, count) -> itemsRejected[fault.ordinal()].add(count));
        finished.increment();
    }

    public void requestRefused(Refusal reason) {
        refused[reason.ordinal()].increment();
        finished.increment();
    }

    /** @param bytes of one record value that Kafka acknowledged */
    public void recordWritten(int bytes) {
        recordsWritten.increment();
        bytesWritten.add(bytes);
    }

    /** A request's records were not all acknowledged. */
    public void logFailed() {
        logFailures.increment();
    }

    public DoorSnapshot snapshot() {
        long done = finished.sum();
        return new DoorSnapshot(
                received.sum(),
                accepted.sum(),
                sums(refused, Refusal.values()),
                Math.max(0, received.sum() - done),
                itemsAccepted.sum(),
                sums(itemsRejected, ItemFault.values()),
                bytesReceived.sum(),
                recordsWritten.sum(),
                bytesWritten.sum(),
                logFailures.sum());
    }

    private static LongAdder[] adders(int size) {
        return Stream.generate(LongAdder::new).limit(size).toArray(LongAdder[]::new);
    }

    private static <E extends Enum<E>> Map<E, Long> sums(LongAdder[] adders, E[] constants) {
        Map<E, Long> sums = new LinkedHashMap<>();
        for (E constant : constants) {
            long sum = adders[constant.ordinal()].sum();
            if (sum > 0) {
                sums.put(constant, sum);
            }
        }
        return sums;
    }
}
